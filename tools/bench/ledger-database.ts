import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { CrashPostgres } from '../crash/crash-postgres.ts';
import { LedgerSeed } from './ledger-seed.ts';

const INIT_SQL = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'init.sql');

/** Plans are read from the log of a server of our own; the module sleeps until it is told to explain. */
const SETTINGS = {
  fsync: 'on',
  // An index that is built over seeded rows needs no log: nobody recovers this server.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '8GB',
  shared_buffers: '512MB',
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '-1',
  'auto_explain.log_analyze': 'on',
  logging_collector: 'on',
  log_filename: 'server.log',
  log_rotation_age: '0',
  log_rotation_size: '0',
};

/** The database under the log: a server of our own that is thrown away, or a given one that keeps its rows. */
export class LedgerDatabase {
  readonly url: string;
  private readonly own: CrashPostgres | null;

  private constructor(url: string, own: CrashPostgres | null) {
    this.url = url;
    this.own = own;
  }

  static async open(given: string | undefined): Promise<LedgerDatabase> {
    if (given !== undefined) return new LedgerDatabase(given, null);
    const own = await CrashPostgres.start(SETTINGS);
    return new LedgerDatabase(own.url, own);
  }

  /** Fills an empty database and leaves a filled one as it is. Returns the number of rows. */
  async seed(rows: number): Promise<number> {
    return this.connected(async (client) => {
      const startedMs = Date.now();
      await client.query(readFileSync(INIT_SQL, 'utf8'));
      await client.query('SET synchronous_commit = off');
      const found = await one<{ rows: number }>(client, 'SELECT count(*)::integer AS rows FROM request_log');
      if (found.rows === 0)
        await new LedgerSeed(client, rows, Date.now()).run((text) => console.log(`seed: ${text}`));
      const { size, rollups } = await one<{ size: string; rollups: number }>(
        client,
        `SELECT pg_size_pretty(pg_database_size(current_database())) AS size,
                (SELECT count(*)::integer FROM usage_rollup) AS rollups`,
      );
      const how =
        found.rows === 0
          ? `seeded ${rows} rows in ${Math.round((Date.now() - startedMs) / 1000)} s`
          : `${found.rows} rows were there`;
      console.log(`${how}, ${size}, ${rollups} rollup rows`);
      return found.rows === 0 ? rows : found.rows;
    });
  }

  /** Waits until the search index has taken every row. */
  async indexed(): Promise<void> {
    await this.connected(async (client) => {
      while ((await client.query('SELECT FROM request_unindexed LIMIT 1')).rowCount !== 0) await delay(200);
      await client.query('VACUUM ANALYZE');
    });
  }

  /** As the admin API takes it. */
  async cursorHalfWay(): Promise<string> {
    const { id } = await this.connected((client) =>
      one<{ id: string }>(
        client,
        `SELECT id FROM request_log WHERE at < now() - interval '180 days' ORDER BY id DESC LIMIT 1`,
      ),
    );
    return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
  }

  async busiestKeyId(): Promise<string> {
    const { id } = await this.connected((client) =>
      one<{ id: string }>(client, `SELECT id FROM api_key WHERE name = 'key-0'`),
    );
    return id;
  }

  /** What the server did for one question; empty where the server is not ours to ask. */
  async planOf(question: () => Promise<void>): Promise<string> {
    const { own } = this;
    if (own === null) return '';
    const before = own.serverLog().length;
    await this.explainFrom(0);
    await question();
    await this.explainFrom(-1);
    return own.serverLog().slice(before);
  }

  async close(): Promise<void> {
    await this.own?.destroy();
  }

  private async explainFrom(ms: number): Promise<void> {
    await this.connected(async (client) => {
      await client.query(`ALTER SYSTEM SET auto_explain.log_min_duration = ${ms}`);
      await client.query('SELECT pg_reload_conf()');
    });
  }

  private async connected<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    return work(client).finally(() => client.end());
  }
}

async function one<Row extends object>(client: pg.Client, sql: string): Promise<Row> {
  const [row] = (await client.query<Row>(sql)).rows;
  if (row === undefined) throw new Error(`no row: ${sql}`);
  return row;
}
