import { applySchema } from '../../src/database/apply-schema';
import { AppConfig } from '../../src/config/app-config';
import { uuidv7AtMs } from '../../src/request-log/month-partition';
import { ALL_KEYS_ID } from '../../src/request-log/usage-rollup';
import { LogStoreRepository } from '../../src/request-log/log-store.repository';
import { answerRecord } from '../support/ledger-rig';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

const KEYS = [uuidv7AtMs(1), uuidv7AtMs(2), uuidv7AtMs(3)];
const HOLDERS = `unnest(ARRAY[key_id, '${ALL_KEYS_ID}'::uuid]) AS holder`;
const AT = Date.UTC(2026, 4, 31, 23, 50);

let database: TestDatabase;
let store: LogStoreRepository;
beforeEach(async () => {
  database = await startTestDatabase();
  store = new LogStoreRepository(AppConfig.fromVariables({ DATABASE_URL: database.url }));
});
afterEach(async () => {
  await store.close();
  await database.stop();
});

/** What the folded tables hold, and what the rollups say that they should; rows of zeros are as good as none. */
async function compare(): Promise<void> {
  const sums = (source: string, at: string) =>
    database.rows(
      `SELECT ${at} AS at, holder, model, endpoint, outcome, host, currency, sum(requests) AS n, sum(prompt_tokens) AS p,
              sum(completion_tokens) AS c, sum(duration_ms) AS d, sum(generate_ms) AS g, sum(energy_pj) AS e, sum(cost_numerator) AS m
         FROM ${source} GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(requests) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7`,
    );
  for (const grain of ['hour', 'day', 'month'])
    expect(
      await sums(`(SELECT *, key_id AS holder FROM usage_sum WHERE grain = '${grain}') AS s`, 'bucket_at'),
    ).toEqual(await sums(`usage_rollup, ${HOLDERS}`, `date_trunc('${grain}', bucket_at, 'UTC')`));
  for (const [grain, at] of [
    ['quarter', 'bucket_at'],
    ['day', `date_trunc('day', bucket_at, 'UTC')`],
    ['month', `date_trunc('month', bucket_at, 'UTC')`],
  ] as const) {
    const bins = (source: string) =>
      database.rows(
        `SELECT at, holder, n, coalesce(sum(d), 0) AS d, coalesce(sum(t), 0) AS t, coalesce(sum(s), 0) AS s FROM ${source} AS r,
                unnest(duration_histogram, ttft_histogram, speed_histogram) WITH ORDINALITY AS bins (d, t, s, n)
          GROUP BY 1, 2, 3 HAVING sum(d) <> 0 OR sum(t) <> 0 OR sum(s) <> 0 ORDER BY 1, 2, 3`,
      );
    expect(
      await bins(
        `(SELECT *, bucket_at AS at, key_id AS holder FROM usage_histogram WHERE grain = '${grain}')`,
      ),
    ).toEqual(
      await bins(
        `(SELECT *, ${at} AS at FROM usage_rollup, ${HOLDERS}
           WHERE outcome = 'completed' AND endpoint <> 'models')`,
      ),
    );
  }
}

it('sums and histograms follow the rollups through batches, settlements, deletions and truncation', async () => {
  for (let batch = 0; batch < 4; batch++) {
    await store.store(
      Array.from({ length: 30 }, (_, n) => {
        const atMs = AT + batch * 7 * 60_000 + n * 37_000;
        return answerRecord({
          id: uuidv7AtMs(atMs + n),
          atMs,
          keyId: KEYS[n % 4] ?? null,
          model: `m${n % 3}`,
          host: n % 5 === 0 ? 'demo' : 'gpu',
          endpoint: n % 7 === 0 ? 'models' : 'chat.completions',
          outcome: n % 4 === 0 ? 'client_left' : 'completed',
          durationMs: 10 ** (n % 6),
          ttftMs: n % 2 === 0 ? n * 13 : null,
          tokensPerSecond: n * 3,
        });
      }),
    );
    await compare();
  }
  await database.rows(
    `UPDATE usage_rollup SET energy_pj = energy_pj + 5, cost_numerator = 7 WHERE host = 'gpu'`,
  );
  await compare();
  await database.rows(`DELETE FROM usage_rollup WHERE model = 'm1'`);
  await compare();
  await database.rows(`TRUNCATE usage_rollup`);
  expect(await database.rows('SELECT FROM usage_sum')).toEqual([]);
  expect(await database.rows('SELECT FROM usage_histogram')).toEqual([]);
});

it('are filled from rollups that an earlier release had written', async () => {
  await store.store(
    Array.from({ length: 40 }, (_, n) => {
      const atMs = AT + n * 3_000_000;
      return answerRecord({ id: uuidv7AtMs(atMs), atMs, keyId: KEYS[n % 4] ?? null, durationMs: n ** 3 });
    }),
  );
  await database.rows('DROP TABLE usage_sum');
  await database.rows('CREATE TABLE usage_day (bucket_at timestamptz)');
  await applySchema(database.url);
  await compare();
  expect(await database.rows("SELECT to_regclass('usage_day') AS found")).toEqual([{ found: null }]);
  expect(await database.rows("SELECT sum(requests)::int AS n FROM usage_sum WHERE grain = 'hour'")).toEqual([
    { n: 80 },
  ]);
});

it('two transactions that change rollups of the same hour, one after having begun another, do not deadlock', async () => {
  const [early, late] = KEYS;
  const add = (keyId: string | undefined, minute: number) =>
    `INSERT INTO usage_rollup (bucket_at, key_id, model, endpoint, outcome, host, currency, requests)
     VALUES ('2026-05-31T10:${minute}Z', '${keyId ?? ''}', 'm', 'chat.completions', 'completed', 'gpu', 'USD', 1)`;
  const [writer, settler] = [1, 2].map(() => database.dataSource.createQueryRunner());
  if (writer === undefined || settler === undefined) throw new Error('two sessions are needed');
  try {
    await writer.startTransaction();
    await settler.startTransaction();
    await writer.query(add(late, 15));
    const waiting = settler.query(add(early, 30));
    const isWaiting = async () => (await database.rows('SELECT FROM pg_locks WHERE NOT granted')).length > 0;
    while (!(await isWaiting()));
    await writer.query(add(early, 45));
    await writer.commitTransaction();
    await waiting;
    await settler.commitTransaction();
  } finally {
    await Promise.all([writer.release(), settler.release()]);
  }
  await compare();
});
