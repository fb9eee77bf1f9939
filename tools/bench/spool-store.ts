import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { answerRecord } from './ledger-writer.ts';

interface Spool {
  recover(): Promise<object>;
  append(record: object): Promise<void>;
  close(): Promise<void>;
}

const dist = createRequire(import.meta.url);
const { uuidv7 } = dist('../../apps/api/dist/exchange/uuid-v7.js') as { uuidv7: (ms: number) => string };
const { Spool } = dist('../../apps/api/dist/request-log/spool.js') as {
  Spool: new (options: { folder: string; maxBytes: number; reserveBytes: number; sync: boolean }) => Spool;
};

const GIGABYTE = 2 ** 30;

interface Measured {
  store: string;
  survives: string;
  atOnce: number;
  usPerRecord: number;
  recordsPerSecond: number;
  /** Against plain segments with one record at a time. */
  timesBaseline: number;
}

/**
 * What holds a record between its answer and PostgreSQL: our segments, or SQLite. Records of 2 kB, one at a time and
 * 64 requests at once, which is what a group commit gains from. Options: `--records` (2,000).
 */
export async function spoolStore(args: readonly string[]): Promise<{ rows: object[] }> {
  const { values } = parseArgs({
    args: [...args],
    options: { records: { type: 'string', default: '2000' } },
  });
  const records = Number(values.records);
  const rows: Measured[] = [];
  const add = (store: string, survives: string, atOnce: number, ms: number) => {
    const usPerRecord = (ms * 1000) / records;
    const baseline = rows[0]?.usPerRecord ?? usPerRecord;
    rows.push({
      store,
      survives,
      atOnce,
      usPerRecord,
      recordsPerSecond: 1e6 / usPerRecord,
      timesBaseline: usPerRecord / baseline,
    });
  };
  for (const sync of [false, true])
    for (const atOnce of [1, 64])
      add('segments', sync ? 'power loss' : 'kill -9', atOnce, await appended(records, atOnce, sync));
  for (const synchronous of ['NORMAL', 'FULL'] as const)
    for (const atOnce of [1, 64])
      add(
        `SQLite, WAL, ${synchronous}`,
        synchronous === 'FULL' ? 'power loss' : 'kill -9',
        atOnce,
        inserted(records, atOnce, synchronous),
      );
  return { rows };
}

async function appended(records: number, atOnce: number, sync: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'ollameter-bench-'));
  const spool = new Spool({ folder, maxBytes: GIGABYTE, reserveBytes: 0, sync });
  await spool.recover();
  const startedMs = performance.now();
  let begun = 0;
  const client = async () => {
    while (begun < records) await spool.append(answerRecord(begun++, uuidv7));
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  const ms = performance.now() - startedMs;
  await spool.close();
  rmSync(folder, { recursive: true });
  return ms;
}

/** As a spool on SQLite would: a table of records, the requests that end together in one transaction. */
function inserted(records: number, atOnce: number, synchronous: 'NORMAL' | 'FULL'): number {
  const folder = mkdtempSync(join(tmpdir(), 'ollameter-bench-'));
  const database = new DatabaseSync(join(folder, 'spool.db'));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};
    CREATE TABLE record (id TEXT PRIMARY KEY, payload TEXT NOT NULL) WITHOUT ROWID`);
  const insert = database.prepare('INSERT INTO record (id, payload) VALUES (?, ?)');
  const startedMs = performance.now();
  for (let begun = 0; begun < records;) {
    database.exec('BEGIN');
    for (const until = Math.min(records, begun + atOnce); begun < until; begun++) {
      const each = answerRecord(begun, uuidv7);
      insert.run(each.id, JSON.stringify(each));
    }
    database.exec('COMMIT');
  }
  const ms = performance.now() - startedMs;
  database.close();
  rmSync(folder, { recursive: true });
  return ms;
}
