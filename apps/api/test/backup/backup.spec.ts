import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { monthPartition, uuidv7AtMs } from '../../src/request-log/month-partition';
import { restoreBackup } from '../../src/backup/restore-backup';
import { writeBackup } from '../../src/backup/write-backup';
import { PostgresCluster } from '../support/postgres-cluster';
import { seedRequest } from '../support/seed-log';
import { seedRollup } from '../support/seed-rollup';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

jest.setTimeout(60_000);

const quiet = () => undefined;

describe('backup and restore', () => {
  let source: TestDatabase;
  let cluster: PostgresCluster;
  let folder: string;
  let backup: string;
  let dataDir: string;
  let databases = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ollameter-backup-'));
    dataDir = join(folder, 'data');
    mkdirSync(join(dataDir, 'spool'), { recursive: true });
    writeFileSync(join(dataDir, 'pepper'), 'a pepper of the tests\n');
    writeFileSync(join(dataDir, 'spool', '1.segment'), 'records not stored yet');
    source = await startTestDatabase();
    const nowMs = Date.UTC(2026, 6, 25);
    for (const table of ['request_log', 'request_body', 'request_energy']) {
      const { name, from, to } = monthPartition(table, uuidv7AtMs(nowMs));
      await source.rows(
        `CREATE TABLE ${name} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
    }
    for (const prompt of ['one', 'zwei\t\\N\n', '三'])
      await seedRequest(source.dataSource, {
        atMs: nowMs,
        prompt,
        energy: { pj: '123456789012345678901234567890', costNumerator: null, quality: 'constant' },
      });
    await source.rows(
      `INSERT INTO audit_log (actor_name, action, target_type) VALUES ('script', 'made', 'test')`,
    );
    await source.rows(
      `INSERT INTO tariff_version (name, currency, plan, origin) VALUES ('flat', 'USD', '{}', 'portal')`,
    );
    for (const hour of [8, 9])
      await seedRollup(source.dataSource, { at: `2026-07-25T0${hour}:00Z`, durationHistogram: [1, hour] });
    await source.rows(`INSERT INTO admin_user (id, email, password_hash, role)
      VALUES ('00000000-0000-7000-8000-000000000001', 'a@b', 'x', 'admin')`);
    await source.rows(`INSERT INTO admin_session (token_hash, user_id, expires_at)
      VALUES ('\\x00ff', '00000000-0000-7000-8000-000000000001', now())`);
    cluster = await PostgresCluster.create();
    backup = join(folder, 'backup');
    await writeBackup({ databaseUrl: source.url, dataDir, pepperIsSet: false }, backup, quiet);
  });

  afterAll(async () => {
    await source.stop();
    await cluster.destroy();
    rmSync(folder, { recursive: true });
  });

  const emptyDatabase = async () => {
    const name = `restored_${++databases}`;
    await cluster.run(`CREATE DATABASE ${name}`);
    return cluster.url(name);
  };
  const restore = async (from = backup, into = join(folder, `restored-${databases + 1}`)) => {
    const databaseUrl = await emptyDatabase();
    await restoreBackup({ databaseUrl, dataDir: into }, from, quiet);
    return { databaseUrl, into };
  };
  const rowsOf = async (databaseUrl: string, sql: string): Promise<unknown[]> => {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql).finally(() => client.end())).rows;
  };
  const damaged = (change: (folder: string) => void) => {
    const copy = mkdtempSync(join(folder, 'damaged-'));
    cpSync(backup, copy, { recursive: true });
    change(copy);
    return copy;
  };

  it('brings every row of every table, the pepper and the spool into an empty installation', async () => {
    const { databaseUrl, into } = await restore();
    const tables = (await rowsOf(
      databaseUrl,
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
         AND relkind IN ('r', 'p') AND NOT relispartition`,
    )) as { name: string }[];
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const all = `SELECT to_jsonb(t) AS row FROM ${name} t ORDER BY 1`;
      expect(await rowsOf(databaseUrl, all)).toEqual(await rowsOf(source.url, all));
    }
    expect(readFileSync(join(into, 'pepper'), 'utf8')).toBe('a pepper of the tests\n');
    expect(readFileSync(join(into, 'spool', '1.segment'), 'utf8')).toBe('records not stored yet');
  });

  it('goes on folding rollups after a restore', async () => {
    const { databaseUrl } = await restore();
    await rowsOf(databaseUrl, "UPDATE usage_rollup SET requests = 5, duration_histogram = '{5}'");
    expect(
      await rowsOf(databaseUrl, "SELECT sum(requests)::int AS n FROM usage_sum WHERE grain = 'day'"),
    ).toEqual([{ n: 20 }]);
    expect(
      await rowsOf(
        databaseUrl,
        "SELECT DISTINCT duration_histogram AS bins FROM usage_histogram WHERE grain = 'month'",
      ),
    ).toEqual([{ bins: ['10', '0'] }]);
  });

  it('goes on counting where the sequences stood', async () => {
    const { databaseUrl } = await restore();
    const next = "SELECT nextval(pg_get_serial_sequence('tariff_version', 'id')) AS next";
    expect(await rowsOf(databaseUrl, next)).toEqual(await rowsOf(source.url, next));
  });

  it('refuses a database in use and leaves it as it is', async () => {
    const { databaseUrl } = await restore();
    const again = restoreBackup({ databaseUrl, dataDir: join(folder, 'fresh') }, backup, quiet);
    await expect(again).rejects.toThrow(/The database is not empty \(\w+ has rows\)/);
    expect(await rowsOf(databaseUrl, 'SELECT count(*)::int AS rows FROM request_log')).toEqual([{ rows: 3 }]);
  });

  it('refuses a data folder with a spool or another pepper', async () => {
    const { into } = await restore();
    await expect(restore(backup, into)).rejects.toThrow(/holds a spool/);
    rmSync(join(into, 'spool'), { recursive: true });
    writeFileSync(join(into, 'pepper'), 'another');
    await expect(restore(backup, into)).rejects.toThrow(/holds another pepper/);
  });

  it.each([
    ['an unfinished one', (copy: string) => rmSync(join(copy, 'manifest.json')), /is no finished backup/],
    [
      'a missing file',
      (copy: string) => rmSync(join(copy, 'api_key.copy.gz')),
      /api_key.copy.gz cannot be read/,
    ],
    [
      'changed rows',
      (copy: string) => writeFileSync(join(copy, 'api_key.copy.gz'), 'x'),
      /the rows of api_key are not those that were saved/,
    ],
    [
      'a newer schema',
      (copy: string) => {
        const path = join(copy, 'manifest.json');
        writeFileSync(path, readFileSync(path, 'utf8').replace('Baseline', 'Future'));
      },
      /made by a newer release \(Future/,
    ],
    [
      'SQL in a bound',
      (copy: string) => {
        const path = join(copy, 'manifest.json');
        writeFileSync(path, readFileSync(path, 'utf8').replace('FOR VALUES', '; DROP TABLE x; FOR VALUES'));
      },
      /is damaged: partition/,
    ],
  ])('refuses a backup with %s', async (_what, change, message) => {
    await expect(restore(damaged(change))).rejects.toThrow(message);
  });

  it('writes into an empty folder only', async () => {
    const again = writeBackup({ databaseUrl: source.url, dataDir, pepperIsSet: false }, backup, quiet);
    await expect(again).rejects.toThrow(/is not empty/);
  });
});
