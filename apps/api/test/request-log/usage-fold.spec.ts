import { AppConfig } from '../../src/config/app-config';
import { uuidv7AtMs } from '../../src/request-log/month-partition';
import { LogStoreRepository } from '../../src/request-log/log-store.repository';
import { answerRecord } from '../support/ledger-rig';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

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
  const days = (table: string, at: string) =>
    database.rows(
      `SELECT ${at} AS at, key_id, model, endpoint, outcome, host, currency, sum(requests) AS n, sum(prompt_tokens) AS p,
              sum(completion_tokens) AS c, sum(duration_ms) AS d, sum(generate_ms) AS g, sum(energy_pj) AS e, sum(cost_numerator) AS m
         FROM ${table} GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(requests) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7`,
    );
  expect(await days('usage_day', 'bucket_at')).toEqual(
    await days('usage_rollup', `date_trunc('day', bucket_at, 'UTC')`),
  );
  for (const [grain, at] of [
    ['quarter', 'bucket_at'],
    ['day', `date_trunc('day', bucket_at, 'UTC')`],
    ['month', `date_trunc('month', bucket_at, 'UTC')`],
  ] as const) {
    const bins = (source: string) =>
      database.rows(
        `SELECT at, n, coalesce(sum(d), 0) AS d, coalesce(sum(t), 0) AS t, coalesce(sum(s), 0) AS s FROM ${source} AS r,
                unnest(duration_histogram, ttft_histogram, speed_histogram) WITH ORDINALITY AS bins (d, t, s, n)
          GROUP BY 1, 2 HAVING sum(d) <> 0 OR sum(t) <> 0 OR sum(s) <> 0 ORDER BY 1, 2`,
      );
    expect(await bins(`(SELECT *, bucket_at AS at FROM usage_histogram WHERE grain = '${grain}')`)).toEqual(
      await bins(
        `(SELECT *, ${at} AS at FROM usage_rollup WHERE outcome = 'completed' AND endpoint <> 'models')`,
      ),
    );
  }
}

it('days and histograms follow the rollups through batches, settlements, deletions and truncation', async () => {
  for (let batch = 0; batch < 4; batch++) {
    await store.store(
      Array.from({ length: 30 }, (_, n) => {
        const atMs = AT + batch * 7 * 60_000 + n * 37_000;
        return answerRecord({
          id: uuidv7AtMs(atMs + n),
          atMs,
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
  expect(await database.rows('SELECT FROM usage_day')).toEqual([]);
  expect(await database.rows('SELECT FROM usage_histogram')).toEqual([]);
});
