import type { IdleReport } from '@ollameter/admin-contract';
import { DataSource } from 'typeorm';
import { monthPartition } from '../../src/request-log/month-partition';
import { uuidv7 } from '../../src/exchange/uuid-v7';
import { GatewayRig } from '../support/gateway-rig';

const NOON = Date.UTC(2025, 2, 10, 12);
const HOST = 'gpu:11434';

let rig: GatewayRig;
let database: DataSource;
beforeAll(async () => {
  rig = await GatewayRig.start();
  database = rig.app.nest.get(DataSource);
  const { name, from, to } = monthPartition('request_log', uuidv7(NOON));
  await database.query(
    `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF request_log FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
}, 60_000);
afterAll(() => rig.stop());

/** Active from and to these seconds after noon; the first of a pause had the model loaded, 8 s long. */
async function served(from: number, to: number, loadMs: number | null): Promise<void> {
  const atMs = NOON + from * 1_000;
  await database.query(
    `INSERT INTO request_log (id, at, model, host, endpoint, streamed, status, outcome, duration_ms, load_ms,
                              active_from_us, active_to_us)
     VALUES ($1, $2, 'm', '${HOST}', 'chat.completions', true, 200, 'completed', 1, $3, $4, $5)`,
    [uuidv7(atMs), new Date(atMs), loadMs, NOON * 1_000 + from * 1e6, NOON * 1_000 + to * 1e6],
  );
}

/** A quarter hour of the ledger. */
async function charged(quarter: number, kind: string, joules: number): Promise<void> {
  const pj = BigInt(joules) * 10n ** 12n;
  await database.query(
    `INSERT INTO energy_ledger (bucket_at, host, kind, currency, energy_pj, cost_numerator) VALUES ($1, $2, $3, 'USD', $4, $5)`,
    [new Date(NOON + quarter * 900_000), HOST, kind, String(pj), String(pj * 383_000n)],
  );
}

it('says what another keep_alive would have cost, as reckoned by hand', async () => {
  await served(10, 20, 8_000);
  await served(320, 330, null);
  await served(3_000, 3_010, 8_000);
  // 9 W all hour, of which 16 s were loading at 60 W and 30 s serving.
  for (const quarter of [0, 3]) await charged(quarter, 'request', 1_200);
  await charged(0, 'load', 480);
  await charged(3, 'load', 480);
  for (const quarter of [0, 1, 2, 3]) await charged(quarter, 'idle', 8_100);
  const answer = await rig.admin('/api/energy/idle?from=2025-03-10T12:00:00Z&to=2025-03-10T13:00:00Z');
  const report = (await answer.json()) as IdleReport;
  expect(report).toMatchObject({
    idle: { energyWh: 9, cost: '0.003447000000' },
    load: { energyWh: 0.266666667 },
    models: [{ model: 'm', host: HOST, requests: 3, busySeconds: 30, coldStarts: 2 }],
  });
  const joules = (wh: number) => Math.round(wh * 3_600_000) / 1_000;
  expect(
    report.keepAlive.map(({ seconds, warmSeconds, coldStarts, energyWh }) => [
      seconds,
      warmSeconds,
      coldStarts,
      joules(energyWh),
    ]),
  ).toEqual([
    // Never warm: each of the three is loaded, 480 J as loading was charged here.
    [0, 0, 3, 3 * 480],
    // 20–320 to the next one, 330–630, 3010–3310; loaded for the first and the third.
    [300, 900, 2, 900 * 9 + 2 * 480],
    // 20–320, 330–2130, 3010–3600.
    [1_800, 300 + 1_800 + 590, 2, 2_690 * 9 + 2 * 480],
    // Loaded once, and warm whenever it does not work: 3600 − 20 − 20 s.
    [3_600, 3_560, 1, 3_560 * 9 + 480],
    [86_400, 3_560, 1, 3_560 * 9 + 480],
    [null, 3_560, 1, 3_560 * 9 + 480],
  ]);
  // 9060 J at 0.383 $/kWh.
  expect(report.keepAlive[1]).toMatchObject({ energyWh: 2.51666667, cost: '0.000963883333' });
});
