import type { Breakdown, LogDetail, LogPage, Overview } from '@ollameter/admin-contract';
import { Client } from 'pg';
import { PepperService } from '../../src/auth/pepper.service';
import { applySchema } from '../../src/database/apply-schema';
import { importOlderLog } from '../../src/import/import-older-log';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

jest.setTimeout(60_000);

/** The older set-up's table, as its documentation gives it. */
const OLDER_TABLE = `
  CREATE TABLE request_logs (
    id serial PRIMARY KEY,
    timestamp timestamp DEFAULT now(),
    ip_address varchar(45), api_key varchar(255), model varchar(100), prompt text, response text,
    prompt_tokens int, completion_tokens int, total_tokens int,
    duration_seconds float, power_wh float, cost_dollars float, http_status int, error_message text)`;

describe('import of the older request_logs', () => {
  let rig: GatewayRig;

  const run = async (sql: string, values: unknown[] = []) => {
    const client = new Client({ connectionString: rig.database.url });
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql, values).finally(() => client.end())).rows;
  };
  const get = async <T>(path: string) => (await (await rig.admin(path)).json()) as T;
  const importNow = () =>
    importOlderLog(rig.config, rig.app.nest.get(PepperService), rig.database.url, () => undefined);

  beforeAll(async () => {
    rig = await GatewayRig.start({ variables: { TIMEZONE: 'America/Los_Angeles' } });
    await run('DROP VIEW request_logs');
    await run(OLDER_TABLE);
    const insert = `INSERT INTO request_logs (timestamp, ip_address, api_key, model, prompt, response, prompt_tokens,
      completion_tokens, total_tokens, duration_seconds, power_wh, cost_dollars, http_status, error_message)
      VALUES ($1, '192.168.1.9', $2, 'llama3.1:8b', $3, $4, 10, 20, 30, 5, $5, $6, $7, $8)`;
    const day = '2025-07-04 06:59:59.5';
    await run(insert, [day, API_KEY, 'Hello', 'Hi there', 0.1111111111, 0.000042555556, 200, null]);
    await run(insert, [day, API_KEY, 'Hello', 'Hi there', 0.1111111111, 0.000042555556, 200, null]);
    await run(insert, ['2025-07-04 07:00:00', 'old-key-4711', 'Broken', null, null, null, 500, 'it broke']);
    // What the next start of this release does.
    await applySchema(rig.database.url);
  });

  afterAll(() => rig.stop());

  it('keeps the older table beside the view that has its name now', async () => {
    expect(await run('SELECT count(*)::int AS rows FROM request_logs_before')).toEqual([{ rows: 3 }]);
    expect(await run('SELECT count(*)::int AS rows FROM request_logs')).toEqual([{ rows: 0 }]);
  });

  it('brings every row, two that are alike as two, and adds nothing when repeated', async () => {
    expect(await importNow()).toBe(3);
    expect(await importNow()).toBe(3);
    const { items } = await get<LogPage>('/api/logs?outcome=all&from=2025-07-01&to=2025-08-01');
    expect(items.map(({ at, outcome }) => [new Date(at).toISOString(), outcome])).toEqual([
      ['2025-07-04T07:00:00.000Z', 'upstream_failed'],
      ['2025-07-04T06:59:59.500Z', 'completed'],
      ['2025-07-04T06:59:59.500Z', 'completed'],
    ]);
  });

  it('marks energy and cost as estimated and keeps texts, tokens and address', async () => {
    const { items } = await get<LogPage>('/api/logs?from=2025-07-01&to=2025-08-01');
    expect(await get<LogDetail>(`/api/logs/${items[0]?.id}`)).toMatchObject({
      host: 'imported',
      prompt: 'Hello',
      answer: 'Hi there',
      totalTokens: 30,
      tokensQuality: null,
      durationMs: 5000,
      clientAddress: '192.168.1.9',
      energyQuality: 'estimated',
      energyPj: '399999999960000',
      cost: '0.000042555556',
    });
  });

  it('adds up: rows, rollups and ledger, on the days of the zone', async () => {
    // 06:59:59.5 UTC is still the third of July in California.
    const third = await get<Overview>('/api/analytics/overview?from=2025-07-03&to=2025-07-04');
    expect(third).toMatchObject({ requests: 2, totalTokens: 60, energyPj: '799999999920000' });
    const [ledger] = await run(
      `SELECT sum(energy_pj)::text AS energy FROM energy_ledger WHERE host = 'imported'`,
    );
    expect(ledger).toEqual({ energy: '799999999920000' });
  });

  it('knows the keys that the gateway has, and stores the others hashed and revoked', async () => {
    const { items } = await get<Breakdown>('/api/analytics/breakdown?by=key&from=2025-07-01&to=2025-08-01');
    expect(items.map(({ name }) => name)).toContain('api-key');
    const keys = await run(
      `SELECT name, revoked_at IS NOT NULL AS revoked FROM api_key WHERE name LIKE 'Imported%'`,
    );
    expect(keys).toEqual([{ name: 'Imported …4711', revoked: true }]);
    const answer = await fetch(`${rig.gatewayUrl}/v1/models`, { headers: { 'x-api-key': 'old-key-4711' } });
    expect(answer.status).toBe(401);
  });

  it('is read by SQL that was written for the older table', async () => {
    const rows = await run(
      `SELECT DATE(timestamp) AS day, COUNT(*)::int AS requests, SUM(total_tokens)::int AS tokens,
              ROUND(SUM(power_wh)::numeric, 6)::text AS wh, ROUND(SUM(cost_dollars)::numeric, 9)::text AS dollars
         FROM request_logs WHERE http_status = 200 GROUP BY DATE(timestamp)`,
    );
    expect(rows).toMatchObject([{ requests: 2, tokens: 60, wh: '0.222222', dollars: '0.000085111' }]);
  });
});
