import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  AuditPage,
  PriceImportResult,
  Problem,
  RateSeries,
  TariffInput,
  TariffItem,
  TariffList,
  TariffPreset,
  UrdbImportResult,
} from '@ollameter/admin-contract';
import { PriceFetcher } from '../../src/energy/price-fetcher.service';
import { GatewayRig } from '../support/gateway-rig';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
}, 60_000);
afterAll(() => rig.stop());

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what the caller expects to come back
async function call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await rig.admin(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
}
const flat = (rateMicrosPerKwh: number, more: Partial<TariffInput> = {}): TariffInput => ({
  name: 'mine',
  currency: 'USD',
  plan: { kind: 'flat', rateMicrosPerKwh },
  ...more,
});
const toInput = (preset: TariffPreset): TariffInput =>
  Object.fromEntries(Object.entries(preset).filter(([name]) => name !== 'key')) as unknown as TariffInput;
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

describe('/api/tariffs', () => {
  it('begins with ELECTRICITY_RATE for all time', async () => {
    const { body } = await call<TariffList>('GET', '/api/tariffs');
    expect(body.now).toMatchObject({ currency: 'USD', rateMicrosPerKwh: 383_000, period: 'flat' });
    expect(body.items).toMatchObject([
      { origin: 'environment', state: 'in_force', validFrom: '1970-01-01T00:00:00.000Z', prices: null },
    ]);
  });

  it('offers presets that can be posted as they are, each with source and date', async () => {
    const { body } = await call<TariffPreset[]>('GET', '/api/tariffs/presets');
    expect(body.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['sdge-flat', 'sdge-ev-tou-5', 'de-flat']),
    );
    for (const preset of body) {
      const input = toInput(preset);
      expect([input.source, input.sourceDate]).not.toContain('');
      const { status, body: item } = await call<TariffItem>('POST', '/api/tariffs', {
        ...input,
        validFrom: null,
      });
      expect([status, item.state]).toEqual([201, 'draft']);
      expect((await call('DELETE', `/api/tariffs/${item.id}`)).status).toBe(204);
    }
  });

  it('puts a new version in force now, prices the next request with it, and leaves the row before as it was', async () => {
    const before = await rig.openai().chat.completions.create({
      model: 'llama3.1:8b',
      messages: [{ role: 'user', content: 'hello' }],
    });
    const first = (await rig.rows(1))[0]!;
    const settled = await rig.row(first.id, (row) => row.energyQuality !== 'pending');
    expect(before.choices).toHaveLength(1);

    const { status, body } = await call<TariffItem>('POST', '/api/tariffs', flat(500_000));
    expect([status, body.state, body.origin]).toEqual([201, 'in_force', 'portal']);
    await rig.openai().chat.completions.create({
      model: 'llama3.1:8b',
      messages: [{ role: 'user', content: 'hello again' }],
    });
    const second = (await rig.rows(2))[0]!;
    const row = await rig.row(second.id, ({ energyQuality }) => energyQuality !== 'pending');
    expect(row.tariffVersion).toBe(body.id);
    expect(BigInt(row.costNumerator!)).toBe(BigInt(row.energyPj!) * 500_000n);
    expect(await rig.row(first.id)).toEqual(settled);

    expect((await call('DELETE', `/api/tariffs/${body.id}`)).status).toBe(409);
    const refused = await call<Problem>('PATCH', `/api/tariffs/${body.id}`, { plan: flat(1).plan });
    expect(refused.status).toBe(409);
    const renamed = await call<TariffItem>('PATCH', `/api/tariffs/${body.id}`, { name: 'night' });
    expect([renamed.status, renamed.body.name]).toEqual([200, 'night']);
  });

  it('changes and deletes one that is yet to come', async () => {
    const { body } = await call<TariffItem>('POST', '/api/tariffs', flat(1, { validFrom: tomorrow() }));
    expect(body.state).toBe('scheduled');
    const changed = await call<TariffItem>('PATCH', `/api/tariffs/${body.id}`, {
      plan: flat(-20_000).plan,
      fixedMicrosPerDay: 500_000,
      validFrom: null,
    });
    expect(changed.body).toMatchObject({
      state: 'draft',
      fixedMicrosPerDay: 500_000,
      plan: { rateMicrosPerKwh: -20_000 },
    });
    expect((await call('DELETE', `/api/tariffs/${body.id}`)).status).toBe(204);
    expect((await call('GET', `/api/tariffs/${body.id}`)).status).toBe(404);
    const audit = await call<AuditPage>('GET', `/api/audit?target=${body.id}&action=tariff`);
    const [deleted, change, created] = audit.body.items;
    expect([created?.action, created?.before]).toEqual(['tariff.create', null]);
    expect(change).toMatchObject({
      action: 'tariff.change',
      actor: { name: 'ADMIN_TOKEN' },
      target: { type: 'tariff', name: 'mine' },
      before: { fixedMicrosPerDay: 0, plan: { rateMicrosPerKwh: 1 } },
      after: { fixedMicrosPerDay: 500_000, plan: { rateMicrosPerKwh: -20_000 }, validFrom: null },
      address: '127.0.0.1',
    });
    expect(change?.after).not.toHaveProperty('name');
    expect(deleted).toMatchObject({ action: 'tariff.delete', after: null });
  });

  it('previews a week of a plan that is not stored', async () => {
    const presets = await call<TariffPreset[]>('GET', '/api/tariffs/presets');
    const ev = toInput(presets.body.find(({ key }) => key === 'sdge-ev-tou-5')!);
    const { status, body } = await call<RateSeries>(
      'POST',
      '/api/tariffs/preview?from=2026-11-01&to=2026-11-02',
      ev,
    );
    expect(status).toBe(200);
    expect(body.items.map(({ period }) => period)).toEqual([
      'winter super off-peak',
      'winter off-peak',
      'winter on-peak',
      'winter off-peak',
    ]);
    expect(Date.parse(body.items.at(-1)!.to) - Date.parse(body.items[0]!.from)).toBe(25 * 3_600_000);
  });

  it('imports prices and fetches them from a URL', async () => {
    const server: Server = createServer((request, response) => {
      response.statusCode = request.url === '/prices' ? 200 : 404;
      response.end('from,price\n2026-11-24T02:00Z,30\n2026-11-24T02:30Z,-5');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const plan = {
      kind: 'dynamic',
      stepMinutes: 30,
      fallbackRateMicrosPerKwh: 300_000,
      priceUnit: 0.01,
    } as const;
    const input = flat(0, { plan: { ...plan, priceUrl: `${url}/prices` }, validFrom: null, currency: 'GBP' });
    const { body: item } = await call<TariffItem>('POST', '/api/tariffs', input);
    const imported = await call<PriceImportResult>('POST', `/api/tariffs/${item.id}/prices`, {
      text: '[{"from":"2026-11-24T01:00:00Z","to":"2026-11-24T02:00:00Z","price":0.25}]',
    });
    expect(imported).toMatchObject({ status: 200, body: { stored: 2, to: '2026-11-24T02:00:00.000Z' } });
    const fetched = await call<PriceImportResult>('POST', `/api/tariffs/${item.id}/prices/fetch`);
    expect(fetched).toMatchObject({ status: 200, body: { stored: 2, to: '2026-11-24T03:00:00.000Z' } });
    const rates = await call<RateSeries>(
      'GET',
      `/api/tariffs/${item.id}/rates?from=2026-11-24T01:00:00Z&to=2026-11-24T04:00:00Z`,
    );
    expect(rates.body.items.map((rate) => [rate.rateMicrosPerKwh, rate.period])).toEqual([
      [250_000, 'dynamic'],
      [300_000, 'dynamic'],
      [-50_000, 'dynamic'],
      [300_000, 'no price'],
    ]);
    const { prices } = (await call<TariffItem>('GET', `/api/tariffs/${item.id}`)).body;
    expect(prices).toMatchObject({
      count: 4,
      until: '2026-11-24T03:00:00.000Z',
      fetch: { error: null, fetchedAt: expect.any(String) as string },
    });
    const { attemptedAt, nextAt } = prices!.fetch!;
    expect(Date.parse(nextAt) - Date.parse(attemptedAt)).toBe(3_600_000);
    await call('PATCH', `/api/tariffs/${item.id}`, { plan: { ...plan, priceUrl: `${url}/gone` } });
    const gone = await call<Problem>('POST', `/api/tariffs/${item.id}/prices/fetch`);
    expect([gone.status, gone.body.detail]).toEqual([
      400,
      'priceUrl: answers 404: nothing is there by this name',
    ]);
    const { body: failed } = await call<TariffItem>('GET', `/api/tariffs/${item.id}`);
    expect(failed.prices).toMatchObject({
      count: 4,
      fetch: { error: 'answers 404: nothing is there by this name' },
    });
    const retry = failed.prices!.fetch!;
    expect(Date.parse(retry.nextAt) - Date.parse(retry.attemptedAt)).toBe(300_000);
    await new Promise((done) => server.close(done));
  });

  it('fetches prices that are due by itself, once among several gateways, and not again before their time', async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.end('from,price\n2026-11-24T02:00Z,30');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const priceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const plan = { kind: 'dynamic', stepMinutes: 60, fallbackRateMicrosPerKwh: 1, priceUrl } as const;
    const { body: item } = await call<TariffItem>(
      'POST',
      '/api/tariffs',
      flat(0, { plan, validFrom: tomorrow() }),
    );
    const fetcher = rig.app.nest.get(PriceFetcher, { strict: false });
    await Promise.all([fetcher.fetchDue(), fetcher.fetchDue(), fetcher.fetchDue()]);
    await fetcher.fetchDue();
    expect(asked).toBe(1);
    const { prices } = (await call<TariffItem>('GET', `/api/tariffs/${item.id}`)).body;
    expect(prices).toMatchObject({ count: 1, fetch: { error: null } });
    await call('DELETE', `/api/tariffs/${item.id}`);
    await new Promise((done) => server.close(done));
  });

  it('reads a rate of the URDB as a tariff that can be posted as it is', async () => {
    const day = (period: number) => Array.from({ length: 24 }, (_, hour) => (hour < 16 ? 0 : period));
    const rate = {
      label: '5f3b1e2c5457a3e2b8c1d2a4',
      utility: 'Some Utility',
      name: 'TOU',
      energyratestructure: [[{ rate: 0.2 }], [{ rate: 0.5 }]],
      energyweekdayschedule: Array.from({ length: 12 }, () => day(1)),
      energyweekendschedule: Array.from({ length: 12 }, () => day(0)),
    };
    const { status, body } = await call<UrdbImportResult>('POST', '/api/tariffs/import/urdb', {
      text: JSON.stringify({ items: [rate] }),
      timezone: 'America/Denver',
    });
    expect([status, body.tariffs.map(({ label }) => label)]).toEqual([200, [rate.label]]);
    const posted = await call<TariffItem>('POST', '/api/tariffs', body.tariffs[0]!.input);
    expect([posted.status, posted.body.state]).toEqual([201, 'draft']);
    const rates = await call<RateSeries>(
      'GET',
      `/api/tariffs/${posted.body.id}/rates?from=2026-07-15T06:00:00Z&to=2026-07-16T06:00:00Z`,
    );
    expect(rates.body.items.map(({ rateMicrosPerKwh }) => rateMicrosPerKwh)).toEqual([200_000, 500_000]);
    const refused = await call<Problem>('POST', '/api/tariffs/import/urdb', { text: '{}', timezone: 'UTC' });
    expect([refused.status, refused.body.errors?.map(({ field }) => field)]).toEqual([400, ['text']]);
    await call('DELETE', `/api/tariffs/${posted.body.id}`);
  });

  it.each<[string, unknown, string]>([
    ['no plan', { name: 'x', currency: 'USD' }, 'plan'],
    ['an unknown kind', flat(0, { plan: { kind: 'free' } as never }), 'plan.kind'],
    ['a fraction of a millionth', flat(0.5), 'plan.rateMicrosPerKwh'],
    ['an unknown field', { ...flat(1), colour: 'green' }, 'colour'],
    ['a wrong currency', flat(1, { currency: 'dollars' }), 'currency'],
    ['the past', flat(1, { validFrom: '2020-01-01T00:00:00Z' }), 'validFrom'],
    ['a tier that is none', flat(1, { plan: { kind: 'flat', rateMicrosPerKwh: 1, tier: 'x' } }), 'plan.tier'],
    [
      'a period without a rate',
      flat(0, {
        plan: {
          kind: 'time_of_use',
          timezone: 'UTC',
          seasons: [{ name: 'all', from: '01-01', rateMicrosPerKwh: { day: 1 } }],
          holidays: [],
          windows: [{ fromMinute: 0, toMinute: 360, period: 'night' }],
          otherwise: 'day',
        },
      }),
      'plan.windows.0.period',
    ],
    [
      'a window off the quarter hour',
      flat(0, {
        plan: {
          kind: 'time_of_use',
          timezone: 'UTC',
          seasons: [{ name: 'all', from: '01-01', rateMicrosPerKwh: { day: 1 } }],
          holidays: [{ kind: 'fixed', name: 'x' } as never],
          windows: [{ fromMinute: 0, toMinute: 361, period: 'day' }],
          otherwise: 'day',
        },
      }),
      'plan.windows.0.fromMinute',
    ],
  ])('refuses %s, naming the field', async (_case, input, field) => {
    const { status, body } = await call<Problem>('POST', '/api/tariffs', input);
    expect([status, body.errors?.[0]?.field]).toEqual([400, field]);
  });
});
