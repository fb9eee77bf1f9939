import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import type { AnswerRecord } from '../exchange/exchange-record';
import { addRollups, insertBodies, insertLog, insertUnindexed } from './insert-rows.sql';
import { monthPartition, oneOfEachMonth } from './month-partition';
import { rollUp } from './usage-rollup';
import { type Run, WriterConnection } from './writer-connection';

const PARTITIONED = ['request_log', 'request_body', 'request_search', 'request_energy'] as const;
/** "no partition of relation found for row": retention dropped the month since. */
const NO_PARTITION = '23514';

/** Writes batches of answer records: rows, texts and rollups in one transaction, each id exactly once. */
@Injectable()
export class LogStoreRepository {
  private readonly connection: WriterConnection;
  private readonly knownPartitions = new Set<string>();

  constructor(private readonly config: AppConfig) {
    this.connection = new WriterConnection(config.databaseUrl);
  }

  /**
   * Idempotent: what is there already, a replay, adds nothing.
   * @returns how many of the records' rows stand in the table now: all of them
   * @throws PostgreSQL's error; nothing is written then
   */
  async store(records: readonly AnswerRecord[]): Promise<number> {
    try {
      return await this.storeOnce(records);
    } catch (error) {
      if ((error as { code?: unknown }).code !== NO_PARTITION || this.knownPartitions.size === 0) throw error;
      this.knownPartitions.clear();
      return this.storeOnce(records);
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async storeOnce(records: readonly AnswerRecord[]): Promise<number> {
    await this.makePartitions(records);
    return this.connection.transaction(async (run) => {
      const rows = await runStatement<{ id: string }>(run, insertLog(records));
      const inserted = new Set(rows.map(({ id }) => id));
      const replayed = records.filter(({ id }) => !inserted.has(id));
      const fresh = firstOfEach(records, inserted);
      const withBody = fresh.filter((record) => record.body !== null);
      if (withBody.length > 0) {
        await runStatement(run, insertBodies(withBody));
        await runStatement(run, insertUnindexed(withBody));
      }
      if (fresh.length > 0) await runStatement(run, addRollups(rollUp(fresh), this.config.currency));
      return records.length - replayed.length + (await countStored(run, replayed));
    });
  }

  /** The months of the batch. In a transaction of its own: `CREATE TABLE` takes locks that a long one would hold. */
  private async makePartitions(records: readonly AnswerRecord[]): Promise<void> {
    const missing = new Map<string, string>();
    for (const id of oneOfEachMonth(records.map((record) => record.id))) {
      for (const table of PARTITIONED) {
        const { name, from, to } = monthPartition(table, id);
        if (!this.knownPartitions.has(name))
          missing.set(
            name,
            `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`,
          );
      }
    }
    if (missing.size === 0) return;
    await this.connection.transaction(async (run) => {
      for (const sql of missing.values()) await run(sql);
    });
    for (const name of missing.keys()) this.knownPartitions.add(name);
  }
}

/** The first record of an id wins, in a batch as in the table. */
function firstOfEach(records: readonly AnswerRecord[], inserted: ReadonlySet<string>): AnswerRecord[] {
  const left = new Set(inserted);
  return records.filter((record) => left.delete(record.id));
}

/** Looks instead of trusting `ON CONFLICT`: the books say "stored" only of rows that were seen. */
async function countStored(run: Run, records: readonly AnswerRecord[]): Promise<number> {
  if (records.length === 0) return 0;
  const rows = await run<{ id: string }>('SELECT id FROM request_log WHERE id = ANY ($1::uuid[])', [
    records.map(({ id }) => id),
  ]);
  const present = new Set(rows.map(({ id }) => id));
  return records.filter(({ id }) => present.has(id)).length;
}

function runStatement<R>(run: Run, { sql, values }: { sql: string; values: unknown[][] }): Promise<R[]> {
  return run<R>(sql, values);
}
