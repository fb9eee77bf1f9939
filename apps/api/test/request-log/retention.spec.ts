import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { AppConfig } from '../../src/config/app-config';
import { LogStoreRepository } from '../../src/request-log/log-store.repository';
import { RetentionService } from '../../src/request-log/retention.service';
import { uuidv7AtMs } from '../../src/request-log/month-partition';
import { answerRecord } from '../support/ledger-rig';
import { indexTexts } from '../support/seed-log';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

const NOW = Date.UTC(2026, 5, 15, 12);
const DAY_MS = 86_400_000;

let database: TestDatabase;
let store: LogStoreRepository;

beforeEach(async () => {
  database = await startTestDatabase();
  store = new LogStoreRepository(config());
  for (const daysAgo of [1, 9, 10, 11, 40, 100]) {
    const atMs = NOW - daysAgo * DAY_MS - 1;
    await store.store([answerRecord({ id: uuidv7AtMs(atMs), atMs, model: `days-${daysAgo}` })]);
  }
  await indexTexts(database.dataSource);
  const atMs = NOW - 12 * DAY_MS;
  await store.store([answerRecord({ id: uuidv7AtMs(atMs), atMs, model: 'days-12' })]);
});
afterEach(async () => {
  await store.close();
  await database.stop();
});

function config(variables: Record<string, string> = {}): AppConfig {
  return AppConfig.fromVariables({ DATABASE_URL: database.url, ...variables });
}

const apply = (variables: Record<string, string>) =>
  new RetentionService(config(variables), database.dataSource).apply(NOW);
const kept = async (table: string) =>
  (
    await database.rows<{ model: string }>(
      `SELECT l.model FROM ${table} t JOIN request_log l USING (id) ORDER BY id DESC`,
    )
  ).map(({ model }) => model);

it('drops the months that are over, deletes to the day within the one that is not, and keeps the rollups', async () => {
  const pass = await apply({ RETENTION_LOG_DAYS: '10' });
  expect(await kept('request_log')).toEqual(['days-1', 'days-9']);
  expect(await kept('request_body')).toEqual(['days-1', 'days-9']);
  expect(pass.droppedPartitions).toEqual(
    ['request_body', 'request_search', 'request_energy', 'request_log'].flatMap((table) => [
      `${table}_y2026m03`,
      `${table}_y2026m05`,
    ]),
  );
  const [rolled] = await database.rows<{ n: number }>('SELECT sum(requests)::int AS n FROM usage_rollup');
  expect(rolled?.n).toBe(7);
});

it('lets go of texts, indexed or not, and of previews, and keeps the rows', async () => {
  const pass = await apply({ RETENTION_BODIES_DAYS: '10' });
  expect(await kept('request_log')).toHaveLength(7);
  expect(await kept('request_body')).toEqual(['days-1', 'days-9']);
  expect(await kept('request_search')).toEqual(['days-1', 'days-9']);
  expect(await kept('request_unindexed')).toEqual([]);
  expect(pass.blankedPreviews).toBe(5);
  const previews = await database.rows(
    'SELECT model FROM request_log WHERE prompt_preview IS NOT NULL OR answer_preview IS NOT NULL ORDER BY id DESC',
  );
  expect(previews).toEqual([{ model: 'days-1' }, { model: 'days-9' }]);
  expect(await apply({ RETENTION_BODIES_DAYS: '10' })).toEqual({
    droppedPartitions: [],
    deletedRows: 0,
    blankedPreviews: 0,
  });
});

it('keeps everything where no limit is set', async () => {
  await apply({});
  expect(await kept('request_body')).toHaveLength(7);
});

it('leaves it to the process that is at it already', async () => {
  const other = database.dataSource.createQueryRunner();
  await other.query('SELECT pg_advisory_lock(7305414)');
  expect(await apply({ RETENTION_LOG_DAYS: '10' })).toMatchObject({ droppedPartitions: [] });
  await other.query('SELECT pg_advisory_unlock(7305414)');
  await other.release();
});

it('a row of a month that was dropped meanwhile is stored all the same', async () => {
  await apply({ RETENTION_LOG_DAYS: '10' });
  const atMs = NOW - 40 * DAY_MS + 5;
  await store.store([answerRecord({ id: uuidv7AtMs(atMs), atMs, model: 'late' })]);
  expect(await kept('request_body')).toContain('late');
});

it('a pass that gave way to a reader leaves the next one to any process: its lock used to stay behind', async () => {
  const limits = { RETENTION_LOG_DAYS: '10' };
  const reader = new Client({ connectionString: database.url });
  await reader.connect();
  await reader.query('BEGIN; SELECT FROM request_body_y2026m03 LIMIT 1');
  await expect(apply(limits)).rejects.toThrow(/lock timeout/);
  await reader.end();
  const another = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  const pass = await new RetentionService(config(limits), another).apply(NOW);
  await another.destroy();
  expect(pass.droppedPartitions).toContain('request_body_y2026m03');
});
