import type {
  CheapestHours,
  EnergyForecast,
  EnergyOverview,
  EnergyPattern,
  EnergySeries,
  EnergyStatement,
  HostedComparison,
  IdleReport,
  ModelLeague,
  Problem,
  RateSeries,
  WhatIf,
} from '@ollameter/admin-contract';
import { GatewayRig } from '../support/gateway-rig';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { IDLE_WATTS: '8' } });
  await Promise.all(
    Array.from({ length: 6 }, () =>
      rig.openai().chat.completions.create({
        model: 'llama3.1:8b',
        messages: [{ role: 'user', content: 'hello' }],
      }),
    ),
  );
  for (const { id } of await rig.rows(6))
    await rig.row(id, ({ energyQuality }) => energyQuality !== 'pending');
}, 60_000);
afterAll(() => rig.stop());

const KINDS = ['request', 'load', 'idle', 'other'] as const;
const sum = (numbers: string[]) => numbers.reduce((total, number) => total + BigInt(number), 0n);
async function get<T>(path: string, status = 200): Promise<T> {
  const answer = await rig.admin(path);
  const text = await answer.text();
  expect([answer.status, answer.status === status ? '' : text]).toEqual([status, '']);
  return JSON.parse(text) as T;
}

describe('/api/energy', () => {
  it('overview: kinds sum to the total, full and marginal alike, and requests to their rows', async () => {
    const overview = await get<EnergyOverview>('/api/energy/overview?period=all');
    for (const view of [overview.byKind, overview.marginal]) {
      expect(sum(KINDS.map((kind) => view[kind].energyPj))).toBe(BigInt(overview.total.energyPj));
      expect(sum(KINDS.map((kind) => view[kind].costNumerator))).toBe(BigInt(overview.total.costNumerator));
    }
    const rows = await rig.rows(6);
    expect(sum(rows.map(({ energyPj }) => energyPj!))).toBe(BigInt(overview.byKind.request.energyPj));
    // 8 W of 80 W.
    expect(BigInt(overview.marginal.request.energyPj) * 10n).toBe(
      BigInt(overview.byKind.request.energyPj) * 9n,
    );
    expect(overview.carbon).toMatchObject({ factor: { kind: 'average', gramsPerKwh: 195 } });
    expect(overview.carbon.grams).toBeCloseTo((overview.total.energyWh / 1000) * 195, 7);
  });

  it('series: every bucket of the day, together the overview', async () => {
    const series = await get<EnergySeries>('/api/energy/series?period=all&bucket=15m');
    const rows = await rig.rows(6);
    expect(sum(series.items.map(({ byKind }) => byKind.request.energyPj))).toBe(
      sum(rows.map(({ energyPj }) => energyPj!)),
    );
    for (const { byKind, total } of series.items)
      expect(sum(KINDS.map((kind) => byKind[kind].energyPj))).toBe(BigInt(total.energyPj));
  });

  it('pattern: a week of hours, the same energy', async () => {
    const pattern = await get<EnergyPattern>('/api/energy/pattern?period=all&timezone=Asia/Kathmandu');
    expect(pattern.items).toHaveLength(168);
    expect(pattern.items[25]).toMatchObject({ weekday: 1, hour: 1 });
    const rows = await rig.rows(6);
    const wh = rows.reduce((total, { energyWh }) => total + energyWh!, 0);
    const used = pattern.items.filter(({ occurrences }) => occurrences > 0);
    expect(used.reduce((total, item) => total + item.meanRequestWh! * item.occurrences, 0)).toBeCloseTo(
      wh,
      6,
    );
    for (const { occurrences, meanWh, meanCost } of pattern.items)
      expect([meanWh === null, meanCost === null]).toEqual([occurrences === 0, occurrences === 0]);
  });

  it('rates: what was and will be in force, version after version', async () => {
    const year = new Date().getUTCFullYear() + 1;
    const validFrom = `${year}-03-10T00:00:00.000Z`;
    const created = await rig.admin('/api/tariffs', {
      method: 'POST',
      body: JSON.stringify({
        name: 'dearer',
        currency: 'USD',
        plan: { kind: 'flat', rateMicrosPerKwh: 500_000 },
        validFrom,
      }),
    });
    const { id } = (await created.json()) as { id: number };
    const rates = await get<RateSeries>(
      `/api/energy/rates?from=${year}-03-09T00:00:00Z&to=${year}-03-11T00:00:00Z`,
    );
    expect(rates.items.map(({ from, rateMicrosPerKwh }) => [from, rateMicrosPerKwh])).toEqual([
      [`${year}-03-09T00:00:00.000Z`, 383_000],
      [validFrom, 500_000],
    ]);
    await get<Problem>('/api/energy/rates?from=2026-02-28&to=2026-02-27', 400);
    expect((await rig.admin(`/api/tariffs/${id}`, { method: 'DELETE' })).status).toBe(204);
  });

  it('statement: lines and the rest add up to the meter', async () => {
    const statement = await get<EnergyStatement>('/api/energy/statement?period=all');
    expect(statement.lines.map(({ requests }) => requests)).toEqual([6]);
    const rest = (['load', 'idle', 'other'] as const).map((kind) => statement.byKind[kind].costNumerator);
    expect(sum([...statement.lines.map(({ costNumerator }) => costNumerator), ...rest])).toBe(
      BigInt(statement.total.costNumerator),
    );
    expect(statement).toMatchObject({ straddling: 0, amountDue: statement.total.cost, tariffs: [{ id: 1 }] });
    await get<Problem>('/api/energy/statement?month=2099-01', 400);
    await get<Problem>('/api/energy/statement?month=11', 400);
  });

  it('what-if: the same energy under another tariff, history untouched', async () => {
    const answer = await rig.admin('/api/energy/what-if?period=all', {
      method: 'POST',
      body: JSON.stringify({
        name: 'double',
        currency: 'USD',
        plan: { kind: 'flat', rateMicrosPerKwh: 766_000 },
      }),
    });
    expect(answer.status).toBe(200);
    const whatIf = (await answer.json()) as WhatIf;
    expect(BigInt(whatIf.whatIf.costNumerator)).toBe(2n * BigInt(whatIf.actual.costNumerator));
    expect(Number(whatIf.difference)).toBeCloseTo(Number(whatIf.actual.cost), 11);
    const same = await get<WhatIf>('/api/energy/what-if?period=all&tariff=1');
    expect(same.difference).toBe('0.000000000000');
    await get<Problem>('/api/energy/what-if?period=all&tariff=999', 404);
    await get<Problem>('/api/energy/what-if?period=all', 400);
  });

  it('models: Wh and cost per million tokens', async () => {
    const { items } = await get<ModelLeague>('/api/energy/models?period=all');
    expect(items).toMatchObject([{ model: 'llama3.1:8b', requests: 6 }]);
    const [item] = items;
    expect(item!.whPerMillionTokens).toBeCloseTo((item!.energyWh / item!.completionTokens) * 1e6, 2);
    expect(item!.concurrency).toBeGreaterThanOrEqual(1);
  });

  it('comparison: hosted minus local, may be negative', async () => {
    const { items, assumptions } = await get<HostedComparison>('/api/energy/comparison?period=all');
    const [item] = items;
    const [offer] = item!.offers;
    const hosted = item!.promptTokens * 5e-8 + item!.completionTokens * 8e-8;
    expect(Number(offer!.hostedCost)).toBeCloseTo(hosted, 11);
    expect(Number(offer!.savings)).toBeCloseTo(hosted - Number(item!.localCost), 11);
    expect(assumptions.join(' ')).toContain('hardware is excluded');
  });

  it('idle: what another keep_alive would have cost', async () => {
    const report = await get<IdleReport>('/api/energy/idle?period=all');
    expect(report.models).toMatchObject([{ model: 'llama3.1:8b', requests: 6 }]);
    expect(report.keepAlive.map(({ seconds }) => seconds)).toEqual([0, 300, 1_800, 3_600, 86_400, null]);
    expect(report.keepAlive.map(({ coldStarts }) => coldStarts).at(-1)).toBe(1);
  });

  it('cheapest hours and forecast', async () => {
    const cheapest = await get<CheapestHours>('/api/energy/cheapest?hours=5');
    expect(cheapest.items.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    const forecast = await get<EnergyForecast>('/api/energy/forecast');
    expect(forecast.expected.energyWh).toBeGreaterThanOrEqual(forecast.soFar.energyWh);
    expect(forecast.basis).toContain('less than a day');
    await get<Problem>('/api/energy/cheapest?hours=999', 400);
  });
});
