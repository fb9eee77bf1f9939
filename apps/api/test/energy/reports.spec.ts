import type {
  CheapestHours,
  EnergyBreakdown,
  EnergyForecast,
  EnergyOverview,
  EnergyPattern,
  EnergySeries,
  EnergyStatement,
  HostedComparison,
  IdleReport,
  ModelLeague,
  Problem,
  TariffComparison,
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
    const overheads = ['load', 'idle', 'other'] as const;
    expect(sum(statement.lines.map(({ overhead }) => overhead.energyPj))).toBe(
      sum(overheads.map((kind) => statement.byKind[kind].energyPj)),
    );
    for (const shares of [statement.lines, statement.people])
      expect(sum(shares.map(({ withOverhead }) => withOverhead.costNumerator))).toBe(
        BigInt(statement.total.costNumerator),
      );
    expect(statement.unassigned.energyPj).toBe('0');
    expect(statement).toMatchObject({ isFinal: false, otherCurrencies: [] });
    const lastMonth = await get<EnergyStatement>('/api/energy/statement?from=2026-01-01&to=2026-02-01');
    expect(lastMonth).toMatchObject({ lines: [], isFinal: true, total: { energyPj: '0' } });
    await get<Problem>('/api/energy/statement?month=2099-01', 400);
    await get<Problem>('/api/energy/statement?month=11', 400);
  });

  it.each(['key', 'user', 'model', 'host', 'hour', 'rate'] as const)(
    'breakdown by %s: items and the rest sum to the meter',
    async (by) => {
      const { items, rest, total } = await get<EnergyBreakdown>(`/api/energy/breakdown?period=all&by=${by}`);
      const parts = [...items, ...Object.values(rest)];
      expect(sum(parts.map(({ energyPj }) => energyPj))).toBe(BigInt(total.energyPj));
      expect(sum(parts.map(({ costNumerator }) => costNumerator))).toBe(BigInt(total.costNumerator));
      expect(items).toHaveLength(by === 'hour' ? 24 : 1);
      const used = items.filter(({ energyPj }) => energyPj !== '0');
      expect(used.map(({ meanRateMicrosPerKwh }) => meanRateMicrosPerKwh)).toEqual(used.map(() => 383_000));
    },
  );

  it('files: the statement as CSV sums to its total', async () => {
    const answer = await rig.admin('/api/energy/statement/export?period=all&format=csv');
    expect(answer.headers.get('content-disposition')).toContain('ollameter-statement.csv');
    const [header, ...lines] = (await answer.text()).trim().split('\r\n');
    const at = header!.split(',').indexOf('energyPj');
    const byLine = lines.map((line) => line.split(',')).map((cells) => [cells[0], cells[at]!] as const);
    const parts = byLine.filter(([line]) => ['key', 'load', 'idle', 'other'].includes(line!));
    const [total] = byLine.filter(([line]) => line === 'total');
    expect(sum(parts.map(([, energyPj]) => energyPj))).toBe(BigInt(total![1]));
    for (const path of ['series/export?', 'models/export?', 'breakdown/export?by=key&']) {
      const file = await rig.admin(`/api/energy/${path}period=all`);
      expect(file.status).toBe(200);
      expect((await file.text()).split('\r\n').length).toBeGreaterThan(2);
    }
    await get<Problem>('/api/energy/breakdown?period=all&by=colour', 400);
    await get<Problem>('/api/energy/overview?period=all&key=3f2504e0-4f89-41d3-9a0c-0305e82c3301', 400);
  });

  it('what-if of all tariffs: the cheapest first, other currencies apart', async () => {
    const { actual, items } = await get<TariffComparison>('/api/energy/what-if/all?period=all');
    const own = items.find(({ tariffId }) => tariffId === 1)!;
    expect(own).toMatchObject({ total: actual.total, difference: '0.000000000000' });
    const dollars = items.filter(({ currency }) => currency === 'USD').map(({ total }) => Number(total));
    expect(dollars).toEqual(dollars.toSorted((a, b) => a - b));
    expect(items.find(({ presetKey }) => presetKey === 'de-flat')).toMatchObject({ difference: null });
    expect(items.some(({ presetKey }) => presetKey === 'octopus-agile')).toBe(false);
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

  it('weights: how energy is shared', async () => {
    expect(await get('/api/energy/weights')).toEqual({ sharing: 'equal', items: [], minSoloRequests: 5 });
  });

  it('cheapest hours and forecast', async () => {
    const cheapest = await get<CheapestHours>('/api/energy/cheapest?hours=5');
    expect(cheapest.items.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    const forecast = await get<EnergyForecast>('/api/energy/forecast');
    expect(forecast).toMatchObject({ expected: null, daysOfHistory: 0 });
    expect(forecast.basis).toContain('needs a day of use');
    await get<Problem>('/api/energy/cheapest?hours=999', 400);
  });
});
