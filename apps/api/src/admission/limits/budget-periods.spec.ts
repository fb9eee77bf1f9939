import { BudgetPeriods } from './budget-periods';

const at = (iso: string) => Date.parse(iso);

it('periods are the zone’s calendar’s, and change when they end', () => {
  const periods = new BudgetPeriods();
  const zone = 'America/Los_Angeles';
  const sunday = periods.at(at('2026-03-08T23:59:59.999-07:00'), zone);
  expect(sunday).toEqual({
    day: { fromMs: at('2026-03-08T00:00:00-08:00'), toMs: at('2026-03-09T00:00:00-07:00') },
    week: { fromMs: at('2026-03-02T00:00:00-08:00'), toMs: at('2026-03-09T00:00:00-07:00') },
    month: { fromMs: at('2026-03-01T00:00:00-08:00'), toMs: at('2026-04-01T00:00:00-07:00') },
  });
  const monday = periods.at(at('2026-03-09T00:00:00-07:00'), zone);
  expect(monday.day.fromMs).toBe(sunday.day.toMs);
  expect(monday.week).toEqual({
    fromMs: at('2026-03-09T00:00:00-07:00'),
    toMs: at('2026-03-16T00:00:00-07:00'),
  });
  expect(periods.at(at('2026-03-09T00:00:00-07:00'), 'UTC').day.fromMs).toBe(at('2026-03-09T00:00:00Z'));
  expect(periods.at(at('2026-03-08T12:00:00Z'), 'UTC').day.fromMs).toBe(at('2026-03-08T00:00:00Z'));
});
