import type { TariffInput, TimeOfUsePlan } from '@ollameter/admin-contract';
import { previewWeeks, weekOfPlan } from './week-of-plan';

const ZONE = 'America/Los_Angeles';
const plan: TimeOfUsePlan = {
  kind: 'time_of_use',
  timezone: ZONE,
  seasons: [
    { name: 'summer', from: '06-01', rateMicrosPerKwh: { on: 700_000, off: 400_000 } },
    { name: 'winter', from: '11-01', rateMicrosPerKwh: { on: 600_000, off: 500_000 } },
  ],
  holidays: [],
  windows: [{ fromMinute: 960, toMinute: 1260, period: 'on' }],
  otherwise: 'off',
};
const tariff: TariffInput = { name: 'two seasons', currency: 'USD', plan };
const ratesOf = (atMs: number) => [
  ...new Set(weekOfPlan(tariff, ZONE, atMs)!.items.map(({ rateMicrosPerKwh }) => rateMicrosPerKwh)),
];

describe('the weeks of a plan', () => {
  it.each([
    ['2026-11-25T12:00:00-08:00', ['This week, winter', 'summer'], '2027-06-08T00:00:00-07:00'],
    ['2026-01-01T12:00:00-08:00', ['This week, winter', 'summer'], '2026-06-08T00:00:00-07:00'],
    ['2026-07-04T12:00:00-07:00', ['This week, summer', 'winter'], '2026-11-08T00:00:00-08:00'],
  ])('at %s are this one and one of the other season', (now, names, other) => {
    const weeks = previewWeeks(tariff, ZONE, Date.parse(now));
    expect(weeks.map(({ name }) => name)).toEqual(names);
    expect(weeks[1]!.atMs).toBe(Date.parse(other));
  });

  it('hold the prices of their season', () => {
    const [winter, summer] = previewWeeks(tariff, ZONE, Date.parse('2026-11-25T12:00:00-08:00'));
    expect(ratesOf(winter!.atMs)).toEqual([500_000, 600_000]);
    expect(ratesOf(summer!.atMs)).toEqual([400_000, 700_000]);
  });

  it('is this one alone for a plan that knows no seasons', () => {
    const flat: TariffInput = { ...tariff, plan: { kind: 'flat', rateMicrosPerKwh: 1 } };
    expect(previewWeeks(flat, ZONE, 5)).toEqual([{ name: 'This week', atMs: 5 }]);
  });

  it('is none while the zone or the currency is still being typed', () => {
    expect(weekOfPlan(tariff, 'America/Los_', 0)).toBeNull();
    expect(weekOfPlan({ ...tariff, currency: 'US' }, ZONE, 0)).toBeNull();
  });
});
