import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import type { AnswerRecord } from '../exchange/exchange-record';
import { LogStoreRepository } from './log-store.repository';
import type { Spool } from './spool';

/** Read and parsed in one piece, which must not hold up the streams: a few ms. */
const READ_BYTES = 1024 * 1024;
const MAX_ROWS = 500;
/** A row is in the portal within a second; a batch that waits this long is worth the wait. */
const GATHER_MS = 100;
/** Catching up leaves PostgreSQL room for others: no more rows a second than this. */
const MAX_ROWS_PER_SECOND = 20_000;
const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 3_000;

/** Moves records from the spool to PostgreSQL, oldest first; waits out an outage; never tries a poison row for ever. */
@Injectable()
export class BatchWriter {
  private readonly logger = new Logger(BatchWriter.name);
  private readonly stopping = new AbortController();
  private readonly listeners: ((answers: readonly AnswerRecord[]) => void)[] = [];
  private running: Promise<void> | null = null;
  private stored = 0;
  private poison = 0;

  constructor(
    private readonly config: AppConfig,
    private readonly repository: LogStoreRepository,
  ) {}

  /** Records of this process whose rows were seen in the table after a commit. */
  get storedRecords(): number {
    return this.stored;
  }

  /** Records of this process that PostgreSQL refused for their data; they are in `poison.jsonl`. */
  get poisonRecords(): number {
    return this.poison;
  }

  /** Calls back after each commit, with what needs no storing any more. */
  onStored(listener: (answers: readonly AnswerRecord[]) => void): void {
    this.listeners.push(listener);
  }

  start(spool: Spool): void {
    this.running = this.run(spool);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.repository.close();
  }

  private async run(spool: Spool): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.drain(spool);
      } catch (error) {
        this.logger.error(
          `the spool cannot be read: ${(error as Error).message}; next try in ${MAX_BACKOFF_MS} ms`,
        );
        await this.pause(MAX_BACKOFF_MS);
      }
    }
  }

  private async drain(spool: Spool): Promise<void> {
    for (;;) {
      const records = await spool.read(READ_BYTES, this.stopping.signal);
      if (records === null) return;
      const startedMs = performance.now();
      const answers = records.filter((record) => record.kind === 'answer');
      const sums = { stored: 0, poison: 0 };
      for (let from = 0; from < answers.length; from += MAX_ROWS)
        if (!(await this.storeUntilDone(answers.slice(from, from + MAX_ROWS), sums))) return;
      // Together, so that the books balance at any moment.
      spool.stored();
      this.stored += sums.stored;
      this.poison += sums.poison;
      if (answers.length > 0) for (const listener of this.listeners) listener(answers);
      // A few rows wait for more, which then go in one transaction; a backlog is worked off at the rate.
      const dueMs = (answers.length * 1000) / MAX_ROWS_PER_SECOND;
      const isBehind = spool.unstoredRecords >= MAX_ROWS;
      await this.pause(isBehind ? dueMs - (performance.now() - startedMs) : GATHER_MS);
    }
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** False when the process stops before the batch is stored; the next start replays it. */
  private async storeUntilDone(
    batch: readonly AnswerRecord[],
    sums: { stored: number; poison: number },
  ): Promise<boolean> {
    for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
      try {
        const done = await this.storeOrIsolate(batch);
        sums.stored += done.stored;
        sums.poison += done.poison;
        return true;
      } catch (error) {
        this.logger.warn(
          `PostgreSQL takes no rows (${(error as Error).message}); they wait in the spool, next try in ${backoffMs} ms`,
        );
      }
      await this.pause(backoffMs);
      if (this.stopping.signal.aborted) return false;
    }
  }

  /** Halves a batch that PostgreSQL refuses for its data until the one poison row stands alone, and keeps that aside. */
  private async storeOrIsolate(batch: readonly AnswerRecord[]): Promise<{ stored: number; poison: number }> {
    try {
      return { stored: await this.repository.store(batch), poison: 0 };
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [first] = batch;
      if (batch.length > 1) {
        const middle = batch.length >> 1;
        const older = await this.storeOrIsolate(batch.slice(0, middle));
        const newer = await this.storeOrIsolate(batch.slice(middle));
        return { stored: older.stored + newer.stored, poison: older.poison + newer.poison };
      }
      if (first !== undefined) await this.keepPoison(first, error as Error);
      return { stored: 0, poison: batch.length };
    }
  }

  private async keepPoison(record: AnswerRecord, error: Error): Promise<void> {
    this.logger.error(`row ${record.id} cannot be stored (${error.message}); kept in poison.jsonl`);
    await appendFile(join(this.config.dataDir, 'spool', 'poison.jsonl'), JSON.stringify(record) + '\n', {
      mode: 0o600,
      flush: true,
    });
  }
}

/** SQLSTATE classes 21–23 and 54: the rows are at fault, not the server. TypeScript's own errors count too. */
function isDataError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return error instanceof RangeError || (typeof code === 'string' && /^(2[1-3]|54)...$/.test(code));
}
