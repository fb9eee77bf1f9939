import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayStatus, TariffInput, TariffItem } from '@ollameter/admin-contract';
import { PriceFetcher } from '../../src/energy/price-fetcher.service';
import { GatewayRig } from '../support/gateway-rig';

/** A price URL that fails is seen from outside, not only by who opens the portal's page of it. */

let rig: GatewayRig;
let prices: Server;
let asked = 0;
let failing = true;
beforeAll(async () => {
  rig = await GatewayRig.start();
  prices = createServer((_request, response) => {
    asked += 1;
    response.statusCode = failing ? 503 : 200;
    response.end('from,price\n2026-11-24T02:00Z,30');
  });
  await new Promise<void>((done) => prices.listen(0, '127.0.0.1', done));
}, 60_000);
afterAll(async () => {
  prices.closeAllConnections();
  await new Promise((done) => prices.close(done));
  await rig.stop();
});

async function post(path: string, body?: TariffInput): Promise<{ status: number; item: TariffItem }> {
  const answer = await rig.admin(path, {
    method: 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, item: (await answer.json()) as TariffItem };
}
const dynamic = (): TariffInput => ({
  name: 'Agile "quoted"',
  currency: 'GBP',
  plan: {
    kind: 'dynamic',
    stepMinutes: 60,
    fallbackRateMicrosPerKwh: 1,
    priceUrl: `http://127.0.0.1:${(prices.address() as AddressInfo).port}/`,
  },
});
/** What a minute does. */
const lookAround = () => rig.app.nest.get(PriceFetcher, { strict: false }).fetchDue();

async function told() {
  const health = (await (await fetch(`${rig.gatewayUrl}/health`)).json()) as Record<string, unknown>;
  const status = (await (await rig.admin('/api/status')).json()) as GatewayStatus;
  const metrics = (await (await rig.admin('/metrics')).text()).matchAll(
    /^ollameter_price_fetch_(.*) (\S+)$/gm,
  );
  return {
    health: [health['prices'], health['status']],
    status: status.prices,
    metrics: Object.fromEntries([...metrics].map(([, name, value]) => [name ?? '', Number(value)])),
  };
}

it('nothing is told of prices that nobody fetches', async () => {
  expect(await told()).toEqual({ health: ['off', 'ok'], status: 'off', metrics: {} });
});

it('failures are counted until a fetch works, and a tariff of the past is left alone', async () => {
  const { item } = await post('/api/tariffs', dynamic());
  const labels = `{tariff="Agile \\"quoted\\"",id="${item.id}"}`;
  await lookAround();
  expect(asked).toBe(1);
  expect(await told()).toEqual({
    health: ['failing', 'ok'],
    status: 'failing',
    metrics: { [`failures_total${labels}`]: 1, [`failing${labels}`]: 1 },
  });
  expect((await post(`/api/tariffs/${item.id}/prices/fetch`)).status).toBe(400);
  expect((await told()).metrics[`failures_total${labels}`]).toBe(2);

  failing = false;
  expect((await post(`/api/tariffs/${item.id}/prices/fetch`)).status).toBe(200);
  const well = await told();
  expect(well).toMatchObject({
    health: ['ok', 'ok'],
    status: 'ok',
    metrics: { [`failures_total${labels}`]: 2, [`failing${labels}`]: 0 },
  });
  const ageSeconds = well.metrics[`age_seconds${labels}`];
  expect(ageSeconds).toBeGreaterThanOrEqual(0);
  expect(ageSeconds).toBeLessThan(60);

  await post('/api/tariffs', { ...dynamic(), plan: { kind: 'flat', rateMicrosPerKwh: 1 } });
  await rig.database.dataSource.query(`UPDATE price_fetch SET attempted_at = now() - interval '2 hours'`);
  await lookAround();
  expect(asked).toBe(3);
  expect(await told()).toMatchObject({ health: ['off', 'ok'], status: 'off' });
});
