import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { LogItem } from '@ollameter/admin-contract';
import { ADMIN_TOKEN, AdminApp } from '../support/admin-app';
import { createLogPartitions, indexTexts, seedRequest, type SeededRequest } from '../support/seed-log';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

const AT = Date.UTC(2026, 2, 10, 12);
const AUTHORIZED = { authorization: `Bearer ${ADMIN_TOKEN}` };

let database: TestDatabase;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
  await createLogPartitions(database.dataSource);
  app = await AdminApp.start(database.dataSource);
}, 60_000);
beforeEach(() =>
  database.dataSource.query(
    'TRUNCATE request_log, request_body, request_search, request_unindexed, request_energy',
  ),
);
afterAll(async () => {
  await app.stop();
  await database.stop();
});

const seed = (seeded: Partial<SeededRequest> = {}) =>
  seedRequest(database.dataSource, { atMs: AT, ...seeded });
const file = async (query = '') => (await app.get(`/api/logs/export?${query}`)).text();
const lines = (text: string) => text.split('\r\n').slice(0, -1);

/** Rows without texts, quickly. */
async function seedMany(count: number): Promise<void> {
  await database.dataSource.query(
    `INSERT INTO request_log (id, at, endpoint, streamed, status, outcome, duration_ms, prompt_preview)
     SELECT gen_random_uuid(), now(), 'chat.completions', false, 200, 'completed', 1, repeat('x', 200)
       FROM generate_series(1, ${count})`,
  );
}

it('gives CSV by RFC 4180: a header, CRLF, quotes doubled, newest first', async () => {
  const id = await seed({
    keyName: 'a "quoted", name\nof two lines',
    energy: { pj: '400000000000000', costNumerator: '153200001600000000000', quality: 'constant' },
  });
  const newer = await seed({ atMs: AT + 1 });
  const answer = await app.get('/api/logs/export?format=csv');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="ollameter-log.csv"');
  const [header = '', first = '', second = ''] = lines(await answer.text());
  expect(header.split(',').slice(0, 5)).toEqual(['id', 'at', 'keyId', 'keyName', 'model']);
  expect(first.startsWith(`${newer},2026-03-10T12:00:00.001Z,,,llama3.1:8b,`)).toBe(true);
  expect(second.startsWith(`${id},2026-03-10T12:00:00.000Z,,"a ""quoted"", name\nof two lines",`)).toBe(true);
  expect(second).toContain(',0.000042555556,153200001600000000000,USD,');
});

it.each(['=HYPERLINK("http://x")', '+1+cmd|x', '-2+3', '@SUM(A1)', '\tx', '\rx'])(
  'gives %j as text, not as a formula',
  async (name) => {
    await seed({ keyName: name });
    expect(await file('format=csv')).toContain(`'${name.replaceAll('"', '""')}`);
  },
);

it('gives JSON and JSON Lines of the items that the pages show', async () => {
  await seed({ energy: { pj: '5', costNumerator: '7', quality: 'measured' } });
  await seed({ atMs: AT + 1 });
  const { items } = await app.json<{ items: LogItem[] }>('/api/logs');
  expect(JSON.parse(await file('format=json'))).toEqual(items);
  const jsonl = await file('format=jsonl');
  expect(
    jsonl
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogItem),
  ).toEqual(items);
});

it('gives an empty file of each format where nothing matches', async () => {
  expect(JSON.parse(await file('format=json'))).toEqual([]);
  expect(await file('format=jsonl')).toBe('');
  expect(lines(await file('format=csv'))).toHaveLength(1);
});

it('keeps to the filters and the words searched for, indexed or not, and adds texts where asked', async () => {
  const indexed = await seed({ prompt: 'the Needle' });
  await seed({ prompt: 'hay' });
  await indexTexts(database.dataSource);
  const waiting = await seed({ atMs: AT + 1, answer: 'NEEDLE 2', outcome: 'upstream_failed' });
  const found = JSON.parse(await file('format=json&q=needle&outcome=all&texts=true')) as LogItem[];
  expect(found).toMatchObject([
    { id: waiting, answer: 'NEEDLE 2' },
    { id: indexed, prompt: 'the Needle' },
  ]);
  const completed = JSON.parse(await file('format=json&q=needle')) as LogItem[];
  expect(completed.map(({ id }) => id)).toEqual([indexed]);
});

it('packs the transfer where the client accepts it, and the file where it was asked for', async () => {
  await seedMany(1200);
  const raw = (path: string, headers: Record<string, string>) =>
    new Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }>((done, reject) => {
      get(app.url + path, { headers: { ...AUTHORIZED, ...headers } }, (answer) => {
        const chunks: Buffer[] = [];
        answer
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => done({ headers: answer.headers, body: Buffer.concat(chunks) }));
      }).on('error', reject);
    });
  const plain = await raw('/api/logs/export', { 'accept-encoding': 'gzip;q=0' });
  expect(plain.headers['content-encoding']).toBeUndefined();
  const transfer = await raw('/api/logs/export', { 'accept-encoding': 'br, gzip' });
  expect(transfer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(gunzipSync(transfer.body).equals(plain.body)).toBe(true);
  const kept = await raw('/api/logs/export?gzip=true', {});
  expect(kept.headers).toMatchObject({
    'content-type': 'application/gzip',
    'content-disposition': 'attachment; filename="ollameter-log.csv.gz"',
  });
  expect(kept.headers['content-encoding']).toBeUndefined();
  expect(gunzipSync(kept.body).equals(plain.body)).toBe(true);
});

it('waits for a slow reader, and lets go of the database when it leaves', async () => {
  await seedMany(20_000);
  const cursors = async () =>
    (
      await database.rows<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'idle in transaction'`,
      )
    )[0]?.n;
  const until = async (wanted: number) => {
    for (const giveUpAtMs = Date.now() + 5_000; (await cursors()) !== wanted;)
      if (Date.now() > giveUpAtMs) throw new Error(`never ${wanted} cursors`);
  };
  const leave = await new Promise<() => void>((done, reject) => {
    const request = get(`${app.url}/api/logs/export?format=json`, { headers: AUTHORIZED }, (answer) => {
      // One chunk is read; the rest is more than all buffers on the way hold.
      answer.once('data', () => {
        answer.pause();
        done(() => request.destroy());
      });
    });
    request.on('error', reject);
  });
  await until(1);
  leave();
  await until(0);
});

it.each([
  ['format=xml', 'format'],
  ['page=2', 'page'],
  ['cursor=x', 'cursor'],
  ['gzip=1', 'gzip'],
  ['texts=yes', 'texts'],
  ['from=x', 'from'],
])('%s is a 400 that names it', async (query, field) => {
  const answer = await app.get(`/api/logs/export?${query}`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ field }] });
});

it('is for those who may read the log', async () => {
  expect((await app.get('/api/logs/export', {})).status).toBe(401);
});
