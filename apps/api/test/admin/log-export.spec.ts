import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { LogExportItem, LogExportList, LogItem } from '@ollameter/admin-contract';
import { toCost, toEnergyWh } from '@ollameter/cost-model';
import fc from 'fast-check';
import { CopyTuples } from '../../src/admin-api/logs/copy-tuples';
import { inlineParameters } from '../../src/admin-api/logs/inline-parameters';
import { costSql, energyWhSql } from '../../src/admin-api/logs/log-line.sql';
import { storableText } from '../../src/request-log/storable-text';
import { ADMIN_TOKEN, AdminApp } from '../support/admin-app';
import { eventually } from '../support/eventually';
import { createLogPartitions, indexTexts, seedRequest, type SeededRequest } from '../support/seed-log';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

const AT = Date.UTC(2026, 2, 10, 12);
const AUTHORIZED = { authorization: `Bearer ${ADMIN_TOKEN}` };

/** As `COPY (FORMAT binary)` frames a row of one text. */
function toTuple(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(6);
  head.writeInt16BE(1);
  head.writeInt32BE(bytes.length, 2);
  return Buffer.concat([head, bytes]);
}

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
  await seed({ atMs: AT + 2, activeToUs: null });
  await seed({
    atMs: AT + 3,
    energy: { pj: '123456789012345678', costNumerator: null, quality: 'estimated' },
  });
  await seed({ atMs: AT + 4, keyName: 'tab\t, quote", back\\slash, newline\n, 絵😀, $1' });
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

it('rounds energy and cost as the pages do, of any size, half-even', async () => {
  const half = fc.tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.constantFrom(1n, 3n, 5n));
  const figures = fc.sample(
    fc.oneof(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      fc.bigInt({ min: 0n, max: 10n ** 18n }),
      half.map(([n, m]) => n * 3_600_000_000_000n + m * 1_800_000_000_000n),
      half.map(([n, m]) => n * 3_600_000n + m * 1_800_000n),
    ),
    500,
  );
  const told = await database.rows<{ n: string; cost: string; wh: string }>(
    `SELECT n::text, ${costSql('n')} AS cost, ${energyWhSql('n')}::text AS wh FROM unnest($1::numeric[]) AS n`,
    [figures.map(String)],
  );
  expect(told.map(({ cost, wh }) => [cost, Number(wh)])).toEqual(
    told.map(({ n }) => [toCost(BigInt(n)), toEnergyWh(BigInt(n))]),
  );
});

it('takes parameters for data whatever they hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.array(fc.string()), async (text, list) => {
      const [clean, cleanList] = [storableText(text), list.map(storableText)];
      const sql = inlineParameters('SELECT $1::text AS text, $2::text[] AS list', [clean, cleanList]);
      expect(await database.rows(sql)).toEqual([{ text: clean, list: cleanList }]);
    }),
  );
});

it('puts the rows together however the database cuts its answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string()),
      fc.array(fc.integer({ min: 1, max: 40 })),
      async (texts, cuts) => {
        const bytes = Buffer.concat([Buffer.alloc(19), ...texts.map(toTuple), Buffer.from([0xff, 0xff])]);
        const tuples = new CopyTuples();
        let at = 0;
        for (const cut of cuts) tuples.write(bytes.subarray(at, (at += cut)));
        tuples.end(bytes.subarray(at));
        const read: Buffer[] = [];
        for await (const chunk of tuples) read.push(chunk as Buffer);
        expect(Buffer.concat(read).toString()).toBe(texts.join(''));
        expect(tuples.rows).toBe(texts.length);
      },
    ),
  );
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

it('lets no more than three run, though eight are asked for at once', async () => {
  await seedMany(20_000);
  const statuses: number[] = [];
  const asked = await Promise.all(
    Array.from(
      { length: 8 },
      () =>
        new Promise<() => void>((done, reject) => {
          const request = get(`${app.url}/api/logs/export?format=json`, { headers: AUTHORIZED }, (answer) => {
            statuses.push(answer.statusCode ?? 0);
            // Nobody reads it: whoever got a place keeps it.
            done(() => request.destroy());
          });
          request.on('error', reject);
        }),
    ),
  );
  expect(statuses.sort()).toEqual([200, 200, 200, 429, 429, 429, 429, 429]);
  for (const leave of asked) leave();
  await eventually(
    async () =>
      (await fetch(`${app.url}/api/logs/export?model=none`, { headers: AUTHORIZED })).ok ? true : undefined,
    'a place is free again',
  );
});

describe('the list of those that run', () => {
  const ROWS = 20_000;
  const list = async (headers: Record<string, string>): Promise<LogExportItem[]> => {
    const answer = await app.get('/api/logs/exports', headers);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as LogExportList).items;
  };
  const cancel = async (id: string, headers: Record<string, string>): Promise<number> =>
    (await app.send('DELETE', `/api/logs/exports/${id}`, undefined, headers)).status;
  /** Reads the beginning of a file and no more until `broken` is asked for: how its connection ends. */
  const begin = (query: string, headers: Record<string, string>): Promise<{ broken: () => Promise<Error> }> =>
    new Promise((begun, reject) => {
      const request = get(`${app.url}/api/logs/export?${query}`, { headers }, (answer) => {
        answer.once('data', () => {
          answer.pause();
          begun({ broken: () => new Promise((ended) => answer.once('error', ended).resume()) });
        });
      });
      request.on('error', reject);
    });

  it('tells how far each is: to its reader and an admin, nobody else; its reader may cancel it', async () => {
    const [mine, other] = [await app.person('viewer'), await app.person('viewer')];
    const reader = { cookie: mine.cookie };
    await seedMany(ROWS);
    await database.dataSource.query('ANALYZE request_log');
    const startedAfterMs = Date.now();
    const { broken } = await begin('format=jsonl', reader);
    const [item] = await list(reader);
    expect(item).toMatchObject({ format: 'jsonl', startedBy: mine.email, own: true });
    expect(Date.parse(item!.startedAt)).toBeGreaterThanOrEqual(startedAfterMs);
    expect(item!.estimatedRows).toBeGreaterThan(0.9 * ROWS);
    expect(item!.estimatedRows).toBeLessThan(1.1 * ROWS);
    expect(item!.rows).toBeGreaterThan(0);
    expect(item!.rows).toBeLessThan(ROWS);
    expect(item!.bytes).toBeGreaterThan(item!.rows);
    expect(await list({ cookie: other.cookie })).toEqual([]);
    expect(await list(AUTHORIZED)).toMatchObject([{ id: item!.id, startedBy: mine.email, own: false }]);

    expect(await cancel(item!.id, { cookie: other.cookie })).toBe(404);
    expect(await cancel(item!.id, AUTHORIZED)).toBe(404);
    expect(await cancel('x', reader)).toBe(400);
    expect(await list(reader)).toHaveLength(1);
    expect(await cancel(item!.id, reader)).toBe(204);
    expect(await broken()).toMatchObject({ code: 'ECONNRESET' });
    await eventually(async () => ((await list(AUTHORIZED)).length === 0 ? true : undefined), 'an empty list');
    expect(await cancel(item!.id, reader)).toBe(404);
  });

  it('expects no number of rows where words are searched for', async () => {
    await seed({ prompt: `needle ${'x'.repeat(32_000_000)}` });
    const { broken } = await begin('format=json&q=needle&texts=true', AUTHORIZED);
    const [item] = await list(AUTHORIZED);
    expect(item).toMatchObject({ own: true, startedBy: 'ADMIN_TOKEN', estimatedRows: null });
    expect(await cancel(item!.id, AUTHORIZED)).toBe(204);
    await broken();
  });

  it('holds nothing when all are done, or were refused', async () => {
    await file('format=csv');
    await file('format=xml');
    await eventually(async () => ((await list(AUTHORIZED)).length === 0 ? true : undefined), 'an empty list');
  });
});

it('waits for a slow reader, and lets go of the database when it leaves', async () => {
  await seedMany(20_000);
  const exports = async () =>
    (
      await database.rows<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'ollameter export'`,
      )
    )[0]?.n;
  const until = async (wanted: number) => {
    for (const giveUpAtMs = Date.now() + 5_000; (await exports()) !== wanted;)
      if (Date.now() > giveUpAtMs) throw new Error(`never ${wanted} exports`);
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
  expect((await app.get('/api/logs/exports', {})).status).toBe(401);
});
