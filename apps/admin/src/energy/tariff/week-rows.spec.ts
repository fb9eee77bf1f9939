import { Tariff, toSchedule } from '@ollameter/cost-model';
import { priceKeys, weekRows, weekStarts } from './week-rows';

const ZONE = 'America/Los_Angeles';
const SCHEDULE = toSchedule({
  kind: 'time_of_use',
  timezone: ZONE,
  seasons: [{ name: 'all', from: '01-01', rateMicrosPerKwh: { peak: 500_000, rest: 100_000 } }],
  holidays: [],
  windows: [{ fromMinute: 960, toMinute: 1260, period: 'peak' }],
  otherwise: 'rest',
});
/** The week in which clocks go back: its Sunday has 25 hours. */
const NOW = Date.parse('2026-10-28T17:00:00-07:00');

function rates(nowMs: number) {
  const starts = weekStarts(nowMs, ZONE);
  const tariff = new Tariff([{ id: 1, currency: 'USD', validFromUs: 0, schedule: SCHEDULE }]);
  return {
    currency: 'USD',
    items: tariff
      .stretches(starts[0]! * 1000, starts[7]! * 1000)
      .map(({ fromUs, untilUs, rateMicrosPerKwh, period }) => ({
        from: new Date(fromUs / 1000).toISOString(),
        to: new Date(untilUs / 1000).toISOString(),
        rateMicrosPerKwh: Number(rateMicrosPerKwh),
        period,
      })),
  };
}

it('lays a week out in days, whatever the clocks do', () => {
  const rows = weekRows(rates(NOW), ZONE, NOW);
  expect(rows.map(({ weekday, dayOfMonth }) => `${weekday} ${dayOfMonth}`)).toEqual([
    'Mon 26',
    'Tue 27',
    'Wed 28',
    'Thu 29',
    'Fri 30',
    'Sat 31',
    'Sun 1',
  ]);
  expect(rows[2]).toMatchObject({ isToday: true, now: 17 / 24 });
  expect(rows[2]!.stretches.map(({ from, to, level }) => [from * 24, to * 24, level])).toEqual([
    [0, 16, 1],
    [16, 21, 3],
    [21, 24, 1],
  ]);
  expect(rows[6]!.stretches[1]!.from).toBeCloseTo(17 / 25, 12);
  expect(rows[6]!.stretches[1]!.title).toBe('Sunday 16:00–21:00: peak, $0.50/kWh');
  for (const { stretches } of rows)
    expect(stretches.reduce((sum, { from, to }) => sum + to - from, 0)).toBeCloseTo(1);
});

it('names its colours', () => {
  expect(priceKeys(rates(NOW))).toEqual([
    { level: 1, name: 'Rest', short: '10¢' },
    { level: 3, name: 'Peak', short: '50¢' },
  ]);
});
