import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { uuidv7AtMs } from '../../src/request-log/month-partition';
import { LedgerRig } from '../support/ledger-rig';
import { PostgresCluster } from '../support/postgres-cluster';

let cluster: PostgresCluster;
let url: string;
let rig: LedgerRig;

beforeAll(async () => {
  cluster = await PostgresCluster.create();
  url = await LedgerRig.makeDatabase(cluster);
}, 60_000);
afterAll(() => cluster.destroy());
beforeEach(async () => {
  rig = await LedgerRig.start(url);
});
afterEach(() => rig.stop());

async function rows<R>(sql: string, values: unknown[] = []): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return (await client.query(sql, values).finally(() => client.end())).rows as R[];
}

/** Rows, bodies and rolled-up requests of these ids' model, which each test makes its own. */
async function counts(model: string) {
  const [found] = await rows<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM request_log WHERE model = $1) AS rows,
            (SELECT count(*)::int FROM request_body JOIN request_log USING (id) WHERE model = $1) AS bodies,
            (SELECT coalesce(sum(requests), 0)::int FROM usage_rollup WHERE model = $1) AS rolled`,
    [model],
  );
  return found;
}

const balanced = { records: 0, unaccountedRecords: 0 };

it('stores rows, texts and rollups of what was appended, and its books balance', async () => {
  await rig.append(1200, { model: 'plain' });
  await rig.stored();
  expect(await counts('plain')).toEqual({ rows: 1200, bodies: 1200, rolled: 1200 });
  expect(rig.log.stats()).toMatchObject({ ...balanced, acceptedRecords: 1200, storedRecords: 1200 });
});

it('stores a replay once, and counts it once', async () => {
  const ids = await rig.append(3, { model: 'replay' });
  await rig.append(1, { model: 'replay', id: ids[0] ?? '', answerPreview: 'another' });
  await rig.stored();
  await rig.append(1, { model: 'replay', id: ids[1] ?? '' });
  await rig.stored();
  expect(await counts('replay')).toEqual({ rows: 3, bodies: 3, rolled: 3 });
  expect(await rows('SELECT answer_preview AS text FROM request_log WHERE id = $1', [ids[0]])).toEqual([
    { text: 'answer' },
  ]);
  expect(rig.log.stats()).toMatchObject(balanced);
});

it('keeps a poison row aside and stores every row around it', async () => {
  await rig.append(40, { model: 'poison' });
  const [bad] = await rig.append(1, { model: 'poison', promptTokens: 2 ** 40 });
  await rig.append(40, { model: 'poison' });
  await rig.stored();
  expect(await counts('poison')).toEqual({ rows: 80, bodies: 80, rolled: 80 });
  const kept = readFileSync(join(rig.config.dataDir, 'spool', 'poison.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(kept.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([bad]);
  expect(rig.log.stats()).toMatchObject({ ...balanced, poisonRecords: 1 });
});

it('stores text that PostgreSQL cannot hold as it came', async () => {
  await rig.append(1, {
    model: 'text\u0000',
    body: { prompt: '\u0000 and \ud800', answer: null, request: null, response: null },
  });
  await rig.stored();
  expect(
    await rows(`SELECT prompt FROM request_body JOIN request_log USING (id) WHERE model LIKE 'text%'`),
  ).toEqual([{ prompt: '\ufffd and \ufffd' }]);
});

it('makes the month of a row that is older than any partition, also after retention dropped it', async () => {
  const atMs = Date.UTC(2021, 1, 3);
  await rig.append(1, { model: 'old', atMs, id: uuidv7AtMs(atMs) });
  await rig.stored();
  await rows('DROP TABLE request_log_y2021m02');
  await rig.append(1, { model: 'old', atMs: atMs + 1, id: uuidv7AtMs(atMs + 1) });
  await rig.stored();
  expect(await counts('old')).toMatchObject({ rows: 1 });
});

it.each([
  ['stopped', () => cluster.stop(), () => cluster.start()],
  ['killed', () => cluster.kill(), () => cluster.start()],
  ['frozen', () => cluster.freeze(), () => cluster.thaw()],
])(
  'keeps accepting while PostgreSQL is %s, and stores everything once it is back, oldest first',
  async (how, hurt, heal) => {
    await rig.append(100, { model: how });
    await hurt();
    for (let round = 0; round < 5; round++) await rig.append(200, { model: how });
    expect(rig.log.accepting).toBe(true);
    expect(rig.log.stats().records).toBeGreaterThanOrEqual(1000);
    await heal();
    await rig.stored();
    expect(await counts(how)).toEqual({ rows: 1100, bodies: 1100, rolled: 1100 });
    expect(rig.log.stats()).toMatchObject(balanced);
  },
);

it('a second process is refused before it touches the first one’s spool', async () => {
  const spooled = rig.append(5, { model: 'second' });
  await expect(LedgerRig.start(url, { DATA_DIR: rig.config.dataDir })).rejects.toThrow(/Another Ollameter/);
  await spooled;
  await rig.append(5, { model: 'second' });
  await rig.stored();
  expect(await counts('second')).toMatchObject({ rows: 10 });
});

it('stores all of it with LOG_DURABILITY=power', async () => {
  await rig.stop();
  rig = await LedgerRig.start(url, { LOG_DURABILITY: 'power' });
  await rig.append(50, { model: 'power' });
  await rig.stored();
  expect(await counts('power')).toEqual({ rows: 50, bodies: 50, rolled: 50 });
});
