import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AppConfig } from '../config/app-config';
import type { AnswerRecord } from '../exchange/exchange-record';
import { addRollups, insertBodies, insertLog } from './insert-rows.sql';
import { monthPartition } from './month-partition';
import { rollUp } from './usage-rollup';

const PARTITIONED = ['request_log', 'request_body', 'request_energy'] as const;

/** Writes batches of answer records: rows, texts and rollups in one transaction, each id exactly once. */
@Injectable()
export class LogStoreRepository {
  private readonly knownPartitions = new Set<string>();

  constructor(
    private readonly config: AppConfig,
    private readonly dataSource: DataSource,
  ) {}

  /** Idempotent: what is there already, a replay, adds nothing. @throws PostgreSQL's error; nothing is written then. */
  async store(records: readonly AnswerRecord[]): Promise<void> {
    await this.makePartitions(records);
    await this.dataSource.transaction(async (manager) => {
      const inserted = await this.insertRows(manager, records);
      const fresh = firstOfEach(records, inserted);
      if (fresh.length === 0) return;
      const withBody = fresh.filter((record) => record.body !== null);
      if (withBody.length > 0) await run(manager, insertBodies(withBody));
      await run(manager, addRollups(rollUp(fresh), this.config.currency));
    });
  }

  private async insertRows(manager: EntityManager, records: readonly AnswerRecord[]): Promise<Set<string>> {
    const rows = (await run(manager, insertLog(records))) as { id: string }[];
    return new Set(rows.map((row) => row.id));
  }

  /** The months of the batch, and the one after now, so that midnight meets no missing partition. */
  private async makePartitions(records: readonly AnswerRecord[]): Promise<void> {
    for (const id of new Set(records.map((record) => record.id))) {
      for (const table of PARTITIONED) {
        const { name, from, to } = monthPartition(table, id);
        if (this.knownPartitions.has(name)) continue;
        await this.dataSource.query(
          `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`,
        );
        this.knownPartitions.add(name);
      }
    }
  }
}

/** The first record of an id wins, in a batch as in the table. */
function firstOfEach(records: readonly AnswerRecord[], inserted: Set<string>): AnswerRecord[] {
  return records.filter((record) => inserted.delete(record.id));
}

async function run(
  manager: EntityManager,
  statement: { sql: string; values: unknown[][] },
): Promise<unknown> {
  return manager.query(statement.sql, statement.values);
}
