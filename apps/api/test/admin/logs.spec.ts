import type { LogDetail, LogPage, Problem } from '@ollameter/admin-contract';
import { AdminApp } from '../support/admin-app';
import { createLogPartitions, indexTexts, seedRequest, type SeededRequest } from '../support/seed-log';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

const AT = Date.UTC(2026, 2, 10, 12);
const KEY_ID = '0190c0de-0000-7000-8000-000000000001';

let database: TestDatabase;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
  await createLogPartitions(database.dataSource);
  app = await AdminApp.start(database.dataSource);
}, 60_000);
beforeEach(() =>
  database.dataSource.query(
    'TRUNCATE request_log, request_body, request_search, request_unindexed, request_energy, api_key',
  ),
);
afterAll(async () => {
  await app.stop();
  await database.stop();
});

const seed = (seeded: Partial<SeededRequest> = {}) =>
  seedRequest(database.dataSource, { atMs: AT, ...seeded });
const page = (query = '') => app.json<LogPage>(`/api/logs${query}`);
const ids = async (query: string) => (await page(query)).items.map(({ id }) => id);

async function seedMany(count: number): Promise<string[]> {
  const seeded: string[] = [];
  for (let n = 0; n < count; n += 1) seeded.unshift(await seed({ atMs: AT + n }));
  return seeded;
}

describe('GET /api/logs', () => {
  it('shows answered generations and embeddings, newest first, twenty a page', async () => {
    const shown = await seedMany(21);
    for (const endpoint of ['models', 'ollama.models', 'ollama.manage', 'responses.state'])
      await seed({ endpoint });
    await seed({ outcome: 'rejected', status: 429 });
    const first = await page();
    expect(first).toMatchObject({ total: 21, totalIsExact: true, page: 1, pageSize: 20 });
    expect(first.items.map(({ id }) => id)).toEqual(shown.slice(0, 20));
    expect(first).not.toHaveProperty('complete');
    expect(await ids('?page=2')).toEqual(shown.slice(20));
  });

  it('tells an item in the promised fields', async () => {
    const id = await seed({
      keyId: KEY_ID,
      keyName: 'n8n',
      energy: { pj: '400000000000000', costNumerator: '153200000000000000000', quality: 'constant' },
    });
    const [item] = (await page()).items;
    expect(item).toEqual({
      id,
      at: '2026-03-10T12:00:00.000Z',
      keyId: KEY_ID,
      keyName: 'n8n',
      model: 'llama3.1:8b',
      host: '127.0.0.1:11434',
      endpoint: 'chat.completions',
      streamed: true,
      status: 200,
      outcome: 'completed',
      errorCode: null,
      promptTokens: 10,
      cachedPromptTokens: null,
      completionTokens: 20,
      totalTokens: 30,
      tokensQuality: 'reported',
      durationMs: 1500,
      queueMs: null,
      ollamaQueueMs: null,
      loadMs: null,
      promptMs: null,
      generateMs: null,
      ttftMs: null,
      tokensPerSecond: null,
      concurrency: 1.5,
      energyWh: 0.111111111,
      energyPj: '400000000000000',
      energyQuality: 'constant',
      cost: '0.000042555556',
      costNumerator: '153200000000000000000',
      currency: 'USD',
      promptPreview: null,
      answerPreview: null,
    });
  });

  it('calls energy pending until it is settled, and nothing where the request never was active', async () => {
    await seed({ atMs: AT + 1 });
    await seed({ activeToUs: null });
    const { items } = await page();
    expect(items[0]).toMatchObject({ energyQuality: 'pending', energyPj: null, energyWh: null, cost: null });
    expect(items[1]).toMatchObject({
      energyQuality: 'constant',
      energyPj: '0',
      energyWh: 0,
      cost: '0.000000000000',
      currency: 'USD',
    });
  });

  it('leaves an unknown price unknown', async () => {
    await seed({ energy: { pj: '5', costNumerator: null, quality: 'measured' } });
    expect((await page()).items[0]).toMatchObject({
      energyQuality: 'measured',
      cost: null,
      costNumerator: null,
    });
  });

  it('filters', async () => {
    await database.dataSource.query(
      `INSERT INTO api_key (id, name, prefix, last_four, secret_hash) VALUES ($1, 'n8n', 'p', 'last', 'x')`,
      [KEY_ID],
    );
    const plain = await seed();
    const keyed = await seed({ keyId: KEY_ID, atMs: AT + 1 });
    const other = await seed({ model: 'qwen3:4b', host: 'demo', endpoint: 'embeddings', atMs: AT + 2 });
    const failed = await seed({ outcome: 'upstream_failed', status: 502, atMs: AT + 3 });
    const models = await seed({ endpoint: 'models', atMs: AT + 4 });
    expect(await ids('?key=n8n')).toEqual([keyed]);
    expect(await ids(`?key=${KEY_ID.toUpperCase()}`)).toEqual([keyed]);
    expect(await ids('?key=nobody')).toEqual([]);
    expect(await ids('?model=qwen3:4b')).toEqual([other]);
    expect(await ids('?host=demo')).toEqual([other]);
    expect(await ids('?endpoint=embeddings')).toEqual([other]);
    expect(await ids('?endpoint=models')).toEqual([models]);
    expect(await ids('?outcome=upstream_failed')).toEqual([failed]);
    expect(await ids('?outcome=all&status=502')).toEqual([failed]);
    expect(await ids('?outcome=all')).toEqual([models, failed, other, keyed, plain]);
    expect(await ids('?q=&key=&model=&endpoint=&host=&outcome=&status=&from=&to=&cursor=')).toHaveLength(3);
  });

  it('filters by duration, tokens and cost, ends included, to the last digit', async () => {
    const cost = (costNumerator: string) => ({ pj: '1', costNumerator, quality: 'constant' });
    // 0.000042555556 and one unit of the denominator more.
    const cheap = await seed({ atMs: AT, energy: cost('153200001600000000000') });
    const dear = await seed({ atMs: AT + 1, energy: cost('153200001600000000001') });
    const unpriced = await seed({ atMs: AT + 2 });
    expect(await ids('?minDurationMs=1500&maxDurationMs=1500')).toEqual([unpriced, dear, cheap]);
    expect(await ids('?minDurationMs=1501')).toEqual([]);
    expect(await ids('?minTokens=30&maxTokens=30')).toEqual([unpriced, dear, cheap]);
    expect(await ids('?maxTokens=29')).toEqual([]);
    expect(await ids('?maxCost=0.000042555556')).toEqual([cheap]);
    expect(await ids('?minCost=0.000042555556')).toEqual([dear, cheap]);
    expect((await page('?minCost=0.000042555557')).total).toBe(0);
  });

  it('takes from and excludes to, as instants or as days of a zone', async () => {
    const midnight = Date.UTC(2026, 2, 8, 8); // 2026-03-08 in Los Angeles, where this day has 23 hours
    const last = await seed({ atMs: midnight - 1 });
    const first = await seed({ atMs: midnight });
    const end = await seed({ atMs: midnight + 23 * 3_600_000 - 1 });
    const next = await seed({ atMs: midnight + 23 * 3_600_000 });
    expect(await ids('?from=2026-03-08&to=2026-03-09')).toEqual([end, first]);
    expect(await ids('?to=2026-03-08')).toEqual([last]);
    expect(await ids('?from=2026-03-08T00:00:00-08:00&to=2026-03-08T07:00:00-08:00')).toEqual([first]);
    expect(await ids('?from=2026-03-09T00:00:00-07:00')).toEqual([next]);
    expect(await ids('?from=2026-03-08T13:30:00%2B05:30&to=2026-03-08T13:30:00.001%2B05:30')).toEqual([
      first,
    ]);
    expect(await ids('?from=2026-03-08&to=2026-03-09&timezone=UTC')).toEqual([first, last]);
  });

  it('pages by cursor without a gap or a repetition while rows come in', async () => {
    const before = await seedMany(25);
    const seen: string[] = [];
    let cursor: string | null = '';
    let round = 0;
    while (cursor !== null) {
      const next: LogPage = await page(`?pageSize=7&cursor=${cursor}`);
      seen.push(...next.items.map(({ id }) => id));
      cursor = next.nextCursor;
      await seed({ atMs: AT + 1000 + round++ });
    }
    expect(seen).toEqual(before);
    expect(round).toBe(4);
  });

  it('counts exactly to 10,000 and says so beyond', async () => {
    await database.dataSource.query(
      `INSERT INTO request_log (id, at, endpoint, streamed, status, outcome, duration_ms)
       SELECT gen_random_uuid(), now(), 'chat.completions', false, 200, 'completed', 1 FROM generate_series(1, 10000)`,
    );
    expect(await page('?pageSize=1')).toMatchObject({ total: 10_000, totalIsExact: true });
    await seed();
    expect(await page('?pageSize=1')).toMatchObject({ total: 10_000, totalIsExact: false });
    expect((await page('?pageSize=100&page=101')).items).toHaveLength(1);
  });
});

describe.each(['rows that wait for the indexer', 'indexed rows', 'indexed rows without a trigram index'])(
  'search in %s',
  (state) => {
    let searched: AdminApp;
    const find = (query: string) => searched.json<LogPage>(`/api/logs?${query}`);
    const found = async (text: string) => {
      await prepare();
      return (await find(`q=${encodeURIComponent(text)}`)).items.map(({ id }) => id);
    };
    const prepare = async () => {
      if (state !== 'rows that wait for the indexer') await indexTexts(database.dataSource);
    };
    const INDEX = 'CREATE INDEX request_search_text_idx ON request_search USING gin (text gin_trgm_ops)';

    beforeAll(async () => {
      if (state.endsWith('without a trigram index'))
        await database.dataSource.query('DROP INDEX request_search_text_idx');
      searched = await AdminApp.start(database.dataSource);
    });
    afterAll(async () => {
      await searched.stop();
      if (state.endsWith('without a trigram index')) await database.dataSource.query(INDEX);
    });

    it('finds a text in prompt or answer whatever its case, and says how far it looked', async () => {
      await seed({ atMs: AT - 5 });
      const prompted = await seed({ prompt: 'Why is the SKY blue?' });
      const answered = await seed({ answer: 'the sky scatters', atMs: AT + 1 });
      await seed({ atMs: AT + 2, prompt: 'sea' });
      expect(await found('sky')).toEqual([answered, prompted]);
      const page = await find('q=sky');
      expect(page).toMatchObject({ total: 2, totalIsExact: true, complete: true, nextCursor: null });
      expect(page.searchedFrom).toBe(new Date(AT - 5).toISOString());
      const indexedUpTo = Date.parse(page.indexedUpTo ?? '');
      if (state === 'rows that wait for the indexer') expect(indexedUpTo).toBe(AT - 5);
      else expect(Date.now() - indexedUpTo).toBeLessThan(60_000);
    });

    it('finds all words in any order, phrases as they stand, beginnings and parts of words', async () => {
      const both = await seed({ prompt: 'Translate the Danish contract', answer: 'with great care' });
      const one = await seed({ atMs: AT + 1, prompt: 'the danish pastry' });
      expect(await found('contract danish')).toEqual([both]);
      expect(await found('care translate')).toEqual([both]);
      expect(await found('"the danish"')).toEqual([one, both]);
      expect(await found('"danish the"')).toEqual([]);
      expect(await found('transl')).toEqual([both]);
      expect(await found('ontrac')).toEqual([both]);
      // A phrase does not reach from the prompt into the answer.
      expect(await found('"contract with"')).toEqual([]);
    });

    it.each([
      ['Russian', 'Привет, мир', 'привет'],
      ['Greek', 'ΚΑΛΗΜΈΡΑ', 'καλημέρα'],
      ['German', 'Straßenfest in KÖLN', 'köln straßen'],
      ['Chinese', '请把合同翻译成英文', '合同翻译'],
      ['Chinese, one character', '请把合同翻译成英文', '译'],
      ['Japanese', '契約書を翻訳してください', '翻訳し'],
      ['Hindi', 'नमस्ते दुनिया', 'नमस्ते'],
      ['Arabic', 'مرحبا بالعالم', 'بالعالم'],
      ['an emoji', 'well done 🎉', '🎉'],
      ['two letters', 'go on', 'GO'],
      ['composed letters', 'cafe\u0301', 'café'],
    ])('finds %s', async (_, text, query) => {
      const wanted = await seed({ answer: text.normalize('NFC') });
      await seed({ answer: 'something else' });
      expect(await found(query)).toEqual([wanted]);
    });

    it.each([
      ['%', '100% sure', '100 sure'],
      ['_', 'snake_case', 'snake case'],
      ['\\', 'C:\\dir', 'C:/dir'],
      ['a%b', 'a%b', 'a-b'],
      ['.*', 'a.*b', 'a..b'],
      ['"', 'say "hi"', 'say hi'],
      ["'; DROP TABLE request_log; --", "x'; DROP TABLE request_log; --", 'x'],
    ])('takes %s as a text like any other', async (text, matching, other) => {
      const wanted = await seed({ prompt: matching });
      await seed({ prompt: other });
      expect(await found(text)).toEqual([wanted]);
    });

    it('shows where the words stand', async () => {
      await seed({ prompt: `${'before '.repeat(40)}the Sky <b>is</b> blue`, answer: 'sky' });
      await prepare();
      const [item] = (await find('q=SKY+blue')).items;
      expect(item?.snippets).toEqual([
        {
          field: 'prompt',
          parts: [
            { text: '…', hit: false },
            { text: expect.stringMatching(/^(\w+ )+the $/) as string, hit: false },
            { text: 'Sky', hit: true },
            { text: ' <b>is</b> ', hit: false },
            { text: 'blue', hit: true },
          ],
        },
        { field: 'answer', parts: [{ text: 'sky', hit: true }] },
      ]);
    });

    it('keeps to the filters', async () => {
      const wanted = await seed({ prompt: 'needle', model: 'qwen3:4b' });
      await seed({ prompt: 'needle' });
      await prepare();
      expect((await find('q=needle&model=qwen3:4b')).items.map(({ id }) => id)).toEqual([wanted]);
      expect((await find('q=needle&from=2026-03-11')).items).toEqual([]);
    });

    it('pages its hits', async () => {
      const hits = await seedMany(5);
      await prepare();
      const first = await find('q=prompt&pageSize=2');
      expect(first.items.map(({ id }) => id)).toEqual(hits.slice(0, 2));
      expect(first).toMatchObject({
        total: 5,
        totalIsExact: state !== 'indexed rows without a trigram index',
      });
      const idsOf = async (query: string) => (await find(query)).items.map(({ id }) => id);
      expect(await idsOf('q=prompt&pageSize=2&page=3')).toEqual(hits.slice(4));
      expect(await idsOf(`q=prompt&pageSize=2&cursor=${first.nextCursor ?? ''}`)).toEqual(hits.slice(2, 4));
    });

    it('finds what is far back, and where one look does not reach, goes on by cursor', async () => {
      const old = await seed({ atMs: AT - 1, prompt: 'needle' });
      await database.dataSource.query(
        `WITH made AS (
           INSERT INTO request_log (id, at, endpoint, streamed, status, outcome, duration_ms)
           SELECT ('fffffff' || (n / 4096) || '-ffff-7' || lpad(to_hex(n % 4096), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                  now(), 'chat.completions', false, 200, 'completed', 1
             FROM generate_series(1, 20000) n
           RETURNING id), searched AS (
           INSERT INTO request_search (id, text) SELECT id, 'hay' FROM made)
         INSERT INTO request_body (id, prompt) SELECT id, 'hay' FROM made`,
      );
      await prepare();
      const first = await find('q=needle');
      if (state === 'indexed rows without a trigram index') {
        expect(first).toMatchObject({ items: [], complete: false, totalIsExact: false });
        const second = await find(`q=needle&cursor=${first.nextCursor ?? ''}`);
        expect(second.items.map(({ id }) => id)).toEqual([old]);
        expect(second).toMatchObject({ complete: true, nextCursor: null });
      } else {
        expect(first.items.map(({ id }) => id)).toEqual([old]);
        expect(first).toMatchObject({ complete: true, total: 1, totalIsExact: true, nextCursor: null });
      }
    });
  },
);

describe('GET /api/logs/{id}', () => {
  it('adds the texts, the client and the tariff', async () => {
    const id = await seed({
      prompt: '<script>alert(1)</script>',
      energy: { pj: '1', costNumerator: '1', quality: 'constant' },
    });
    await expect(app.json<LogDetail>(`/api/logs/${id}`)).resolves.toMatchObject({
      id,
      prompt: '<script>alert(1)</script>',
      answer: 'answer',
      request: { model: 'llama3.1:8b' },
      response: '{"cut short',
      clientAddress: null,
      userAgent: null,
      tariffVersion: 7,
    });
  });

  it.each([
    ['00000000-0000-7000-8000-000000000000', 404, []],
    ['1', 400, ['id']],
    ["1'--", 400, ['id']],
  ])('answers %s with %d', async (id, status, fields) => {
    const answer = await app.get(`/api/logs/${encodeURIComponent(id)}`);
    expect(answer.status).toBe(status);
    const problem = (await answer.json()) as Problem;
    expect(problem.errors?.map(({ field }) => field) ?? []).toEqual(fields);
  });
});

describe('a bad parameter of the log', () => {
  it.each([
    ['page=0', 'page'],
    ['page=x', 'page'],
    ['page=1.5', 'page'],
    ['page=-1', 'page'],
    ['page=99999999999', 'page'],
    ['page=1&page=2', 'page'],
    ['page=5001', 'page'],
    ['page=1001&pageSize=100', 'page'],
    ['page=2&cursor=AAAAAAAAAAAAAAAAAAAAAA', 'page'],
    ['pageSize=0', 'pageSize'],
    ['pageSize=101', 'pageSize'],
    ['cursor=x', 'cursor'],
    ['cursor=AAAAAAAAAAAAAAAAAAAAA!', 'cursor'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['q=%00', 'q'],
    ['q=a&q=b', 'q'],
    ['key=%00', 'key'],
    ['model=a&model=b', 'model'],
    ['endpoint=%00', 'endpoint'],
    ['host=%00', 'host'],
    ['outcome=good', 'outcome'],
    ['status=99', 'status'],
    ['status=abc', 'status'],
    ['minDurationMs=-1', 'minDurationMs'],
    ['maxTokens=1e3', 'maxTokens'],
    ['minCost=1e-5', 'minCost'],
    ['maxCost=0.1234567890123', 'maxCost'],
    ['from=yesterday', 'from'],
    ['from=2026-02-30', 'from'],
    ['from=2026-13-01', 'from'],
    ['from=2026-03-08T00:00:00', 'from'],
    ['from=2026-03-08T24:01:00Z', 'from'],
    ['from=1969-12-31', 'from'],
    ['to=2026-3-8', 'to'],
    ['from=2026-03-09&to=2026-03-08', 'from'],
    ['from=2026-03-09&to=2026-03-09', 'from'],
    ['timezone=Mars/Olympus', 'timezone'],
    ['colour=red', 'colour'],
  ])('%s is a 400 that names it', async (query, field) => {
    const answer = await app.get(`/api/logs?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = (await answer.json()) as Problem;
    expect(problem).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 });
    expect(problem.errors).toEqual([{ field, message: expect.any(String) as string }]);
  });
});
