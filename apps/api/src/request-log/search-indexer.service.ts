import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { BatchWriter } from './batch-writer.service';
import { toSearchText } from './search-text';

const BATCH_ROWS = 200;
/** Without a word from the writer: rows that another process stored, or left behind. */
const LOOK_MS = 5_000;
const RETRY_MS = 3_000;

interface Unindexed {
  id: string;
  prompt: string | null;
  answer: string | null;
}

/**
 * Indexes texts behind the ingest: takes rows from `request_unindexed`, oldest first, and moves them to
 * `request_search`. It rests as long as it worked, so that it takes at most half of one connection's time. Several
 * processes share the work.
 */
@Injectable()
export class SearchIndexer implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(SearchIndexer.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private wake: (() => void) | null = null;
  /** Rows were stored since the last look. */
  private due = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: BatchWriter,
  ) {}

  onModuleInit(): void {
    this.writer.onStored(() => {
      this.due = true;
      this.wake?.();
    });
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    this.wake?.();
    await this.running;
  }

  /** Indexes one batch; returns how many rows it took. */
  indexBatch(): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const ids = await claim(manager);
      if (ids.length === 0) return 0;
      const rows = await manager.query<Unindexed[]>(
        'SELECT id, prompt, answer FROM request_body WHERE id = ANY ($1::uuid[])',
        [ids],
      );
      await manager.query(
        `INSERT INTO request_search (id, text) SELECT * FROM unnest($1::uuid[], $2::text[])
         ON CONFLICT (id) DO NOTHING`,
        [rows.map(({ id }) => id), rows.map(({ prompt, answer }) => toSearchText(prompt, answer))],
      );
      await manager.query('DELETE FROM request_unindexed WHERE id = ANY ($1::uuid[])', [ids]);
      return ids.length;
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const startedMs = performance.now();
      this.due = false;
      try {
        const indexed = await this.indexBatch();
        if (indexed < BATCH_ROWS) await this.untilStored();
        else await this.pause(performance.now() - startedMs);
      } catch (error) {
        this.logger.warn(`texts are not indexed: ${(error as Error).message}`);
        await this.pause(RETRY_MS);
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private untilStored(): Promise<void> {
    if (this.due) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake?.(), LOOK_MS);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
    });
  }
}

async function claim(manager: EntityManager): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT id FROM request_unindexed ORDER BY id LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED`,
  );
  return rows.map(({ id }) => id);
}
