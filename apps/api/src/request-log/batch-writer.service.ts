import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import type { AnswerRecord } from '../exchange/exchange-record';
import { LogStoreRepository } from './log-store.repository';
import type { Spool } from './spool';

const READ_BYTES = 4 * 1024 * 1024;
const MAX_ROWS = 500;
/** A row is in the portal within a second; a batch that waits this long is worth the wait. */
const GATHER_MS = 50;
const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 10_000;

/** Moves records from the spool to PostgreSQL, oldest first; waits out an outage; never tries a poison row for ever. */
@Injectable()
export class BatchWriter {
  private readonly logger = new Logger(BatchWriter.name);
  private readonly stopping = new AbortController();
  private readonly listeners: (() => void)[] = [];
  private running: Promise<void> | null = null;
  private stored = 0;

  constructor(
    private readonly config: AppConfig,
    private readonly repository: LogStoreRepository,
  ) {}

  /** Rows stored by this process. */
  get storedRows(): number {
    return this.stored;
  }

  /** Calls back after each commit. */
  onStored(listener: () => void): void {
    this.listeners.push(listener);
  }

  start(spool: Spool): void {
    this.running = this.run(spool);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(spool: Spool): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      const records = await spool.read(READ_BYTES, signal);
      if (records === null) return;
      const answers = records.filter((record) => record.kind === 'answer');
      for (let from = 0; from < answers.length; from += MAX_ROWS)
        if (!(await this.storeUntilDone(answers.slice(from, from + MAX_ROWS)))) return;
      spool.stored();
      if (answers.length > 0) for (const listener of this.listeners) listener();
      // More comes in one transaction this way than in one per request.
      if (answers.length < MAX_ROWS) await delay(GATHER_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** False when the process stops before the batch is stored; the next start replays it. */
  private async storeUntilDone(batch: readonly AnswerRecord[]): Promise<boolean> {
    for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
      try {
        await this.storeOrIsolate(batch);
        return true;
      } catch (error) {
        this.logger.warn(
          `PostgreSQL takes no rows (${(error as Error).message}); they wait in the spool, next try in ${backoffMs} ms`,
        );
      }
      try {
        await delay(backoffMs, undefined, { signal: this.stopping.signal });
      } catch {
        // Stopping: the delay was cut short, or did not begin.
        return false;
      }
    }
  }

  /** Halves a batch that PostgreSQL refuses for its data until the one poison row stands alone, and keeps that aside. */
  private async storeOrIsolate(batch: readonly AnswerRecord[]): Promise<void> {
    try {
      await this.repository.store(batch);
      this.stored += batch.length;
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [first] = batch;
      if (batch.length > 1) {
        const middle = batch.length >> 1;
        await this.storeOrIsolate(batch.slice(0, middle));
        await this.storeOrIsolate(batch.slice(middle));
      } else if (first !== undefined) {
        this.logger.error(
          `row ${first.id} cannot be stored (${(error as Error).message}); kept in poison.jsonl`,
        );
        await appendFile(join(this.config.dataDir, 'spool', 'poison.jsonl'), JSON.stringify(first) + '\n', {
          mode: 0o600,
        });
      }
    }
  }
}

/** SQLSTATE classes 21–23 and 54: the rows are at fault, not the server. TypeScript's own errors count too. */
function isDataError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return error instanceof RangeError || (typeof code === 'string' && /^(2[1-3]|54)...$/.test(code));
}
