import type { Activity } from './activity';
import { toCost } from './cost';
import { PJ_PER_JOULE, toEnergyWh } from './energy';
import type { PowerStep } from './power';
import { flatSchedule, type RateSchedule, toSchedule } from './rate-schedule';
import { totalOf } from './share';
import { sweep, type Sweep, type SweepWindow } from './sweep';
import { Tariff } from './tariff';
import type { TimeOfUsePlan } from './tariff-plan';

const SECOND = 1_000_000;
/** SDG&E's EV-TOU-5 of 1 June 2026, its summer weekday. */
const EV_TOU_5: TimeOfUsePlan = {
  kind: 'time_of_use',
  timezone: 'America/Los_Angeles',
  seasons: [
    {
      name: 'summer',
      from: '06-01',
      rateMicrosPerKwh: { on_peak: 793_210, off_peak: 496_130, super_off_peak: 128_520 },
    },
  ],
  holidays: [],
  windows: [
    { fromMinute: 0, toMinute: 360, period: 'super_off_peak' },
    { fromMinute: 960, toMinute: 1_260, period: 'on_peak' },
  ],
  otherwise: 'off_peak',
};
/** Wednesday, 1 July 2026, 16:00 in San Diego. */
const PEAK_US = Date.parse('2026-07-01T16:00:00-07:00') * 1_000;

const tariff = (schedule: RateSchedule) => new Tariff([{ id: 1, currency: 'USD', schedule, validFromUs: 0 }]);
const flat = tariff(flatSchedule(383_000n));
const watts = (active: number, idle = 0): [PowerStep] => [
  { fromUs: 0, activeMilliwatts: active * 1_000, idleMilliwatts: idle * 1_000 },
];
const active = (id: string, from: number, to: number, generate?: number): Activity => ({
  id,
  fromUs: from * SECOND,
  toUs: to * SECOND,
  ...(generate !== undefined && { tokens: { prompt: 0, generate } }),
});
const swept = (activities: Activity[], more: Partial<SweepWindow> = {}): Sweep =>
  sweep({ fromUs: 0, toUs: 86_400 * SECOND, power: watts(80), tariff: flat, activities, ...more });
const total = (result: Sweep, id: string) => totalOf(result.shares.get(id)!);
const joules = (result: Sweep, id: string) => Number(total(result, id).energyPj / PJ_PER_JOULE);
const dollars = (result: Sweep, id: string, digits: number) =>
  Number(toCost(total(result, id).costNumerator ?? 0n)).toFixed(digits);

/** The table of docs/ENERGY.md, line by line. */
describe('worked examples', () => {
  it('80 W, 5 s, $0.383: 400 J; 0.1111 Wh; $0.000042556', () => {
    const result = swept([active('a', 0, 5)]);
    expect(joules(result, 'a')).toBe(400);
    expect(toEnergyWh(total(result, 'a').energyPj)).toBe(0.111111111);
    expect(dollars(result, 'a', 9)).toBe('0.000042556');
  });

  it('80 W for an hour: $0.03064; for 30 days: $22.06', () => {
    expect(dollars(swept([active('a', 0, 3_600)]), 'a', 5)).toBe('0.03064');
    const month = swept([active('a', 0, 30 * 86_400)], { toUs: 30 * 86_400 * SECOND });
    expect(dollars(month, 'a', 2)).toBe('22.06');
  });

  it('4 concurrent × 5 s: each 100 J, $0.00001064; together $0.00004256, not the naive $0.00017022', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const result = swept(ids.map((id) => active(id, 0, 5)));
    for (const id of ids) {
      expect(joules(result, id)).toBe(100);
      expect(dollars(result, id, 8)).toBe('0.00001064');
    }
    const all = result.ledger.reduce((sum, line) => sum + line.costNumerator, 0n);
    expect(Number(toCost(all)).toFixed(8)).toBe('0.00004256');
    expect(Number(toCost(4n * all)).toFixed(8)).toBe('0.00017022');
  });

  it('A 0–10 s, B 4–10 s, equal: A 560 J, B 240 J', () => {
    const result = swept([active('a', 0, 10), active('b', 4, 10)]);
    expect([joules(result, 'a'), joules(result, 'b')]).toEqual([560, 240]);
    expect(result.meteredPj).toBe(800n * PJ_PER_JOULE);
  });

  it('the same with tokens 120:360 in the overlap: A 440 J, B 360 J', () => {
    // A makes 20 tokens a second throughout, so 120 in the six seconds that it shares.
    const result = swept([active('a', 0, 10, 200), active('b', 4, 10, 360)], { sharing: 'tokens' });
    expect([joules(result, 'a'), joules(result, 'b')]).toEqual([440, 360]);
  });

  it('the same with a floor of 8 W, marginal: A 504 J, B 216 J, idle 80 J', () => {
    const result = swept([active('a', 0, 10), active('b', 4, 10)], {
      power: watts(80, 8),
      toUs: 10 * SECOND,
    });
    const [a, b] = [total(result, 'a'), total(result, 'b')];
    expect((a.energyPj - a.floorPj) / PJ_PER_JOULE).toBe(504n);
    expect((b.energyPj - b.floorPj) / PJ_PER_JOULE).toBe(216n);
    expect((a.floorPj + b.floorPj) / PJ_PER_JOULE).toBe(80n);
  });

  it('EV-TOU-5 in summer, 2 s before and 3 s after 16:00: $0.00007493', () => {
    const result = swept([{ id: 'a', fromUs: PEAK_US - 2 * SECOND, toUs: PEAK_US + 3 * SECOND }], {
      fromUs: PEAK_US - 60 * SECOND,
      toUs: PEAK_US + 60 * SECOND,
      tariff: tariff(toSchedule(EV_TOU_5)),
    });
    expect(dollars(result, 'a', 8)).toBe('0.00007493');
  });

  it.each([
    ['super off-peak', '2026-07-01T03:00:00-07:00', '0.0000143'],
    ['summer on-peak', '2026-07-01T18:00:00-07:00', '0.0000881'],
  ])('400 J at EV-TOU-5 %s', (_period, at, cost) => {
    const fromUs = Date.parse(at) * 1_000;
    const result = swept([{ id: 'a', fromUs, toUs: fromUs + 5 * SECOND }], {
      fromUs,
      toUs: fromUs + 60 * SECOND,
      tariff: tariff(toSchedule(EV_TOU_5)),
    });
    expect(dollars(result, 'a', 7)).toBe(cost);
  });
});
