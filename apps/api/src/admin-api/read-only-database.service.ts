import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** Longer than any honest question takes; a search that needs more is told to narrow its period. */
const STATEMENT_TIMEOUT_MS = 5_000;

/** Questions of the portal: they see one snapshot, can change nothing, and end. */
@Injectable()
export class ReadOnlyDatabase {
  constructor(private readonly database: DataSource) {}

  /** Runs the statements in one read-only snapshot; each is cancelled after five seconds (SQLSTATE 57014). */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction('REPEATABLE READ', async (manager) => {
      // Compiling a statement that ends after some ms takes longer than running it, and so does starting workers; a
      // question of the portal takes one core at most.
      await manager.query(
        `SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0`,
      );
      return work(manager);
    });
  }
}
