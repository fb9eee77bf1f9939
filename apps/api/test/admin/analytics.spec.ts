import { randomUUID } from 'node:crypto';
import type { Breakdown, Overview, Problem, Series } from '@ollameter/admin-contract';
import { AdminApp } from '../support/admin-app';
import { type SeededRollup, seedRollup } from '../support/seed-rollup';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

const KEY_A = '0190c0de-0000-7000-8000-00000000000a';
const KEY_B = '0190c0de-0000-7000-8000-00000000000b';

let database: TestDatabase;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
  app = await AdminApp.start(database.dataSource);
}, 60_000);
beforeEach(() => database.dataSource.query('TRUNCATE usage_rollup, api_key'));
afterAll(async () => {
  await app.stop();
  await database.stop();
});

async function seed(...rollups: SeededRollup[]): Promise<void> {
  for (const rollup of rollups) await seedRollup(database.dataSource, rollup);
}
const overview = (query: string) => app.json<Overview>(`/api/analytics/overview?${query}`);
const series = (query: string) => app.json<Series>(`/api/analytics/series?${query}`);
const breakdown = (query: string) => app.json<Breakdown>(`/api/analytics/breakdown?${query}`);

/** `n` samples in bin `bin`. */
const bin = (index: number, n: number) => [...Array<number>(index).fill(0), n];

describe('GET /api/analytics/overview', () => {
  it('sums exactly: completed are requests, rejected and failed are errors, the rest is of all outcomes', async () => {
    const at = '2026-05-05T10:00:00Z';
    await seed(
      {
        at,
        keyId: KEY_A,
        requests: 3,
        promptTokens: 30,
        completionTokens: 60,
        durationMs: 4500,
        generateMs: 2000,
        energyPj: '400000000000000',
        costNumerator: '153200000000000000000',
        durationHistogram: bin(77, 3),
        ttftHistogram: [1, 2],
        speedHistogram: bin(60, 3),
      },
      { at, keyId: KEY_B, model: 'qwen3:4b', requests: 1, durationHistogram: bin(90, 1) },
      { at, keyId: KEY_B, outcome: 'client_left', promptTokens: 5, completionTokens: 1, energyPj: '1' },
      { at, keyId: KEY_B, outcome: 'rejected', requests: 2, host: '', currency: '' },
      { at, outcome: 'upstream_failed', requests: 4 },
      { at, outcome: 'gateway_failed', requests: 5 },
      { at, outcome: 'interrupted', requests: 6 },
      { at, keyId: KEY_A, endpoint: 'models', requests: 100, durationHistogram: bin(1, 100) },
    );
    const found = await overview('from=2026-05-05&to=2026-05-06&timezone=UTC');
    expect(found).toMatchObject({
      period: { from: '2026-05-05T00:00:00+00:00', to: '2026-05-06T00:00:00+00:00', timezone: 'UTC' },
      requests: 4,
      requestsByOutcome: {
        completed: 4,
        client_left: 1,
        rejected: 2,
        upstream_failed: 4,
        gateway_failed: 5,
        interrupted: 6,
      },
      errors: 11,
      promptTokens: 35,
      completionTokens: 61,
      totalTokens: 96,
      energyPj: '400000000000001',
      energyWh: 0.111111111,
      costNumerator: '153200000000000000000',
      cost: '0.000042555556',
      currency: 'USD',
      avgDurationMs: 1125,
      avgTokensPerSecond: 30,
      activeKeys: 2,
    });
    expect(found.p50.durationMs).toBeCloseTo(1.1 ** 76.5, 6);
    expect(found.p99.durationMs).toBeCloseTo(1.1 ** 89.5, 6);
    expect(found.p50.ttftMs).toBeCloseTo(1.1 ** 0.5, 6);
    expect(found.p50.tokensPerSecond).toBeCloseTo(1.1 ** 59.5 / 10, 6);
    expect(found.previous.p50).toEqual({ durationMs: null, ttftMs: null, tokensPerSecond: null });
    expect(found.previous).toMatchObject({
      period: { from: '2026-05-04T00:00:00+00:00', to: '2026-05-05T00:00:00+00:00', timezone: 'UTC' },
      requests: 0,
      cost: '0.000000000000',
      avgDurationMs: null,
      avgTokensPerSecond: null,
      activeKeys: 0,
    });
  });

  it('keeps sums beyond 64 bits', async () => {
    await seed(
      { at: '2026-05-05T10:00:00Z', costNumerator: '9223372036854775807000000000' },
      { at: '2026-05-05T10:15:00Z', costNumerator: '1' },
    );
    const { costNumerator } = await overview('from=2026-05-05&to=2026-05-06');
    expect(costNumerator).toBe('9223372036854775807000000001');
  });

  it('counts one key alone when asked for, and refuses what is no key', async () => {
    const keyId = randomUUID();
    await seed(
      { at: '2026-05-05T10:00:00Z', keyId, requests: 3 },
      { at: '2026-05-05T10:00:00Z', requests: 4 },
    );
    const day = 'from=2026-05-05&to=2026-05-06';
    expect((await overview(`${day}&key=${keyId}`)).requests).toBe(3);
    expect((await overview(`${day}&key=${randomUUID()}`)).requests).toBe(0);
    const refused = await app.get(`/api/analytics/overview?${day}&key=ada`);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ errors: [{ field: 'key' }] });
  });

  it('knows the percentiles of one key, through months, days and quarter hours', async () => {
    const hours = ['2026-03-31T22:15Z', '2026-04-12T09:00Z', '2026-05-20T09:00Z', '2026-06-01T00:30Z'];
    for (const at of hours)
      await seed(
        { at, keyId: KEY_A, requests: 2, durationHistogram: bin(50, 2) },
        { at, keyId: KEY_A, model: 'qwen3:4b', requests: 1, durationHistogram: bin(60, 1) },
        { at, keyId: KEY_B, requests: 9, durationHistogram: bin(90, 9) },
        { at, keyId: KEY_A, host: 'demo', requests: 9, durationHistogram: bin(20, 9) },
      );
    const spring = 'from=2026-03-31T22:00Z&to=2026-06-01T00:45Z';
    const ofKey = await overview(`${spring}&key=${KEY_A}`);
    expect(ofKey.requests).toBe(12);
    expect(ofKey.p50.durationMs).toBeCloseTo(1.1 ** 49.5, 6);
    expect(ofKey.p95.durationMs).toBeCloseTo(1.1 ** 59.5, 6);
    expect((await overview(`${spring}&key=${KEY_A}&demo=true`)).p50.durationMs).toBeCloseTo(1.1 ** 19.5, 6);
    expect((await overview(spring)).p50.durationMs).toBeCloseTo(1.1 ** 89.5, 3);
  });

  it('counts the demo host only when asked for', async () => {
    await seed({ at: '2026-05-05T10:00:00Z' }, { at: '2026-05-05T10:00:00Z', host: 'demo', requests: 7 });
    const day = 'from=2026-05-05&to=2026-05-06';
    expect((await overview(day)).requests).toBe(1);
    expect((await overview(`${day}&demo=false`)).requests).toBe(1);
    expect((await overview(`${day}&demo=true`)).requests).toBe(8);
  });

  it('never adds up money of different currencies', async () => {
    await seed(
      { at: '2026-05-05T10:00:00Z', costNumerator: '3600000000000000000000000', energyPj: '1' },
      { at: '2026-05-05T10:00:00Z', costNumerator: '9', currency: 'EUR', energyPj: '1' },
    );
    const found = await overview('from=2026-05-05&to=2026-05-06');
    expect(found).toMatchObject({ cost: '1.000000000000', currency: 'USD', energyPj: '2' });
  });

  it('knows a day of 23 hours and one of 25 in Los Angeles', async () => {
    await seed(
      { at: '2026-03-08T07:45:00Z', requests: 1 },
      { at: '2026-03-08T08:00:00Z', requests: 10 },
      { at: '2026-03-09T06:45:00Z', requests: 100 },
      { at: '2026-03-09T07:00:00Z', requests: 1000 },
      { at: '2026-11-01T07:00:00Z', requests: 10 },
      { at: '2026-11-02T07:45:00Z', requests: 100 },
      { at: '2026-11-02T08:00:00Z', requests: 1000 },
    );
    const spring = await overview('from=2026-03-08&to=2026-03-09');
    expect(spring).toMatchObject({
      requests: 110,
      period: { from: '2026-03-08T00:00:00-08:00', to: '2026-03-09T00:00:00-07:00' },
      previous: { requests: 1, period: { from: '2026-03-07T00:00:00-08:00' } },
    });
    expect((await overview('from=2026-11-01&to=2026-11-02')).requests).toBe(110);
  });

  it('knows that days in Asia/Kolkata begin at half past', async () => {
    await seed(
      { at: '2026-05-04T18:15:00Z', requests: 1 },
      { at: '2026-05-04T18:30:00Z', requests: 10 },
      { at: '2026-05-05T18:15:00Z', requests: 100 },
      { at: '2026-05-05T18:30:00Z', requests: 1000 },
    );
    const found = await overview('from=2026-05-05&to=2026-05-06&timezone=Asia/Kolkata');
    expect(found).toMatchObject({
      requests: 110,
      period: {
        from: '2026-05-05T00:00:00+05:30',
        to: '2026-05-06T00:00:00+05:30',
        timezone: 'Asia/Kolkata',
      },
      previous: { requests: 1 },
    });
  });

  it.each(['today', 'week', 'month', 'year', 'all'])(
    'counts what happened just now in %s',
    async (period) => {
      const quarter = 15 * 60_000;
      await seed({ at: new Date(Math.floor(Date.now() / quarter) * quarter).toISOString() });
      const found = await overview(`period=${period}`);
      expect(found.requests).toBe(1);
      expect(Math.abs(Date.parse(found.period.to) - Date.now())).toBeLessThan(60_000);
    },
  );

  it('reaches back to the first use with all, which has no period before', async () => {
    await seed({ at: '2025-01-01T00:00:00Z' });
    const found = await overview('period=all&timezone=UTC');
    expect(found).toMatchObject({
      requests: 1,
      period: { from: '2025-01-01T00:00:00+00:00' },
      previous: {
        requests: 0,
        period: { from: '2025-01-01T00:00:00+00:00', to: '2025-01-01T00:00:00+00:00' },
      },
    });
  });
});

describe('GET /api/analytics/series', () => {
  it.each([
    ['2026-03-08', '2026-03-09', 23, '2026-03-08T01:00:00-08:00', '2026-03-08T03:00:00-07:00'],
    ['2026-11-01', '2026-11-02', 25, '2026-11-01T01:00:00-07:00', '2026-11-01T01:00:00-08:00'],
  ])('has every hour of %s in Los Angeles', async (from, to, hours, second, third) => {
    const { items } = await series(`from=${from}&to=${to}&bucket=hour`);
    expect(items).toHaveLength(hours);
    expect(items.slice(1, 3).map(({ at }) => at)).toEqual([second, third]);
    expect(new Set(items.map(({ at }) => Date.parse(at))).size).toBe(hours);
  });

  it('puts each of the two hours at one o’clock into its own bucket', async () => {
    await seed({ at: '2026-11-01T08:45:00Z', requests: 1 }, { at: '2026-11-01T09:00:00Z', requests: 10 });
    const { items } = await series('from=2026-11-01&to=2026-11-02&bucket=hour');
    expect(items.filter(({ requests }) => requests > 0)).toMatchObject([
      { at: '2026-11-01T01:00:00-07:00', requests: 1 },
      { at: '2026-11-01T01:00:00-08:00', requests: 10 },
    ]);
  });

  it('has whole days of Asia/Kolkata, empty ones as zeros', async () => {
    await seed(
      {
        at: '2026-05-04T18:30:00Z',
        requests: 2,
        promptTokens: 3,
        completionTokens: 4,
        energyPj: '3600000000000000',
      },
      { at: '2026-05-05T18:15:00Z', outcome: 'rejected', requests: 5 },
    );
    await expect(series('from=2026-05-05&to=2026-05-07&bucket=day&timezone=Asia/Kolkata')).resolves.toEqual({
      bucket: 'day',
      groupBy: null,
      timezone: 'Asia/Kolkata',
      items: [
        {
          at: '2026-05-05T00:00:00+05:30',
          group: null,
          requests: 2,
          errors: 5,
          totalTokens: 7,
          energyWh: 1,
          cost: '0.000000000000',
        },
        {
          at: '2026-05-06T00:00:00+05:30',
          group: null,
          requests: 0,
          errors: 0,
          totalTokens: 0,
          energyWh: 0,
          cost: '0.000000000000',
        },
      ],
    });
  });

  it('adds up to the overview in every bucket size and grouping', async () => {
    const hours = Array.from({ length: 48 }, (_, n) => new Date(Date.UTC(2026, 10, 1, n)).toISOString());
    await seed(...hours.map((at, n) => ({ at, model: `m${n % 13}`, requests: n + 1, promptTokens: n })));
    const span = 'from=2026-10-31&to=2026-11-04';
    const { requests, totalTokens } = await overview(span);
    expect(requests).toBe((48 * 49) / 2);
    for (const bucket of ['15m', 'hour', 'day', 'month'])
      for (const grouping of ['', '&groupBy=model', '&groupBy=key', '&groupBy=endpoint']) {
        const { items } = await series(`${span}&bucket=${bucket}${grouping}`);
        expect(items.reduce((sum, item) => sum + item.requests, 0)).toBe(requests);
        expect(items.reduce((sum, item) => sum + item.totalTokens, 0)).toBe(totalTokens);
      }
  });

  it('shows the ten largest groups and the rest', async () => {
    const models = Array.from({ length: 12 }, (_, n) => ({
      at: '2026-05-05T10:00:00Z',
      model: `m${String(n).padStart(2, '0')}`,
      requests: n + 1,
    }));
    await seed(...models);
    const { items } = await series('from=2026-05-05&to=2026-05-06&bucket=day&groupBy=model');
    expect(items).toHaveLength(11);
    expect(items.find(({ group }) => group === '(other)')?.requests).toBe(3);
    expect(items.find(({ group }) => group === 'm11')?.requests).toBe(12);
  });
});

describe('GET /api/analytics/breakdown', () => {
  const day = 'from=2026-05-05&to=2026-05-06&timezone=UTC';
  const at = '2026-05-05T10:00:00Z';

  it('names keys, shares and sums', async () => {
    await database.dataSource.query(
      `INSERT INTO api_key (id, name, prefix, last_four, secret_hash) VALUES ($1, 'n8n', 'p', 'last', 'x')`,
      [KEY_A],
    );
    await seed(
      { at, keyId: KEY_A, requests: 3, promptTokens: 1, completionTokens: 2, energyPj: '3600000000000000' },
      { at, keyId: KEY_B, requests: 1 },
      { at, outcome: 'client_left', promptTokens: 9 },
    );
    await expect(breakdown(`${day}&by=key`)).resolves.toEqual({
      items: [
        {
          id: KEY_A,
          name: 'n8n',
          requests: 3,
          totalTokens: 3,
          energyWh: 1,
          cost: '0.000000000000',
          share: 0.75,
        },
        {
          id: KEY_B,
          name: KEY_B,
          requests: 1,
          totalTokens: 0,
          energyWh: 0,
          cost: '0.000000000000',
          share: 0.25,
        },
        expect.objectContaining({ name: '(no key)', requests: 0, totalTokens: 9, share: 0 }),
      ],
      other: null,
    });
  });

  it('counts all outcomes by outcome', async () => {
    await seed({ at, requests: 3 }, { at, outcome: 'rejected', requests: 1, host: '' });
    const { items } = await breakdown(`${day}&by=outcome`);
    expect(items).toMatchObject([
      { id: 'completed', requests: 3, share: 0.75 },
      { id: 'rejected', requests: 1, share: 0.25 },
    ]);
  });

  it('sums what is beyond ten in other, and an export shows all', async () => {
    const models = Array.from({ length: 12 }, (_, n) => ({ at, model: `m${n}`, requests: 20 - n }));
    await seed(...models);
    const { items, other } = await breakdown(`${day}&by=model`);
    expect(items.map(({ id }) => id)).toEqual(models.slice(0, 10).map(({ model }) => model));
    expect(other).toMatchObject({ requests: 19 });
    expect(other).not.toHaveProperty('id');
    const file = await app.get(`/api/analytics/breakdown/export?${day}&by=model`);
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="ollameter-by-model.csv"');
    const lines = (await file.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(13);
    expect(lines[0]).toBe('id,name,requests,totalTokens,energyWh,cost,share');
  });

  it.each(['model', 'endpoint', 'host'])('knows %s', async (by) => {
    await seed({ at, requests: 2 });
    expect((await breakdown(`${day}&by=${by}`)).items).toMatchObject([{ requests: 2, share: 1 }]);
  });

  it('exports the overview, this period and the one before', async () => {
    await seed({ at: '2026-05-05T10:00:00Z', requests: 3 }, { at: '2026-05-04T10:00:00Z', requests: 2 });
    const csv = await (await app.get(`/api/analytics/overview/export?${day}`)).text();
    const [header = '', current = '', previous = ''] = csv.split('\r\n');
    expect(header.startsWith('period,from,to,requests,')).toBe(true);
    expect(current.startsWith('current,2026-05-05T00:00:00+00:00,2026-05-06T00:00:00+00:00,3,')).toBe(true);
    expect(previous.startsWith('previous,2026-05-04T00:00:00+00:00,2026-05-05T00:00:00+00:00,2,')).toBe(true);
  });

  it('exports names that a spreadsheet would run as text', async () => {
    await seed({ at, model: '=HYPERLINK("http://evil","x")' });
    const csv = await (await app.get(`/api/analytics/breakdown/export?${day}&by=model&format=csv`)).text();
    expect(csv).toContain(`"'=HYPERLINK(""http://evil"",""x"")"`);
    const json = await (await app.get(`/api/analytics/series/export?${day}&bucket=day&format=json`)).json();
    expect(json).toMatchObject([{ at: '2026-05-05T00:00:00+00:00', requests: 1 }]);
  });
});

describe('a bad parameter of analytics', () => {
  it.each([
    ['overview?period=decade', 'period'],
    ['overview?period=today&from=2026-05-05', 'period'],
    ['overview?from=2026-05-06&to=2026-05-05', 'from'],
    ['overview?from=2999-01-01', 'from'],
    ['overview?from=soon', 'from'],
    ['overview?to=later', 'to'],
    ['overview?timezone=Middle/Earth', 'timezone'],
    ['overview?demo=maybe', 'demo'],
    ['overview?bucket=hour', 'bucket'],
    ['series?bucket=week', 'bucket'],
    ['series?from=2020-01-01&to=2026-01-01&bucket=15m', 'bucket'],
    ['series?from=1970-01-02&to=9999-01-01&bucket=hour', 'bucket'],
    ['series?groupBy=user', 'groupBy'],
    ['breakdown?period=today', 'by'],
    ['breakdown?by=planet', 'by'],
    ['breakdown?by=model&by=key', 'by'],
    ['breakdown/export?by=model&format=xml', 'format'],
    ['series/export?format=xml', 'format'],
  ])('%s is a 400 that names it', async (path, field) => {
    const answer = await app.get(`/api/analytics/${path}`);
    expect(answer.status).toBe(400);
    const problem = (await answer.json()) as Problem;
    expect(problem.errors?.map((error) => error.field)).toEqual([field]);
  });
});
