import { tariffWords } from './tariff-words';

it('says a flat price in one sentence', () => {
  expect(tariffWords({ kind: 'flat', rateMicrosPerKwh: 383_000 }, 'USD', 793_430)).toEqual([
    '$0.383/kWh at every hour of every day.',
    'A fixed charge of $0.79343 a day comes apart; no request carries it.',
  ]);
});

it('says seasons, windows, holidays and tiers', () => {
  expect(
    tariffWords(
      {
        kind: 'time_of_use',
        timezone: 'America/Los_Angeles',
        seasons: [
          { name: 'summer', from: '06-01', rateMicrosPerKwh: { 'on-peak': 700_000, 'off-peak': 400_000 } },
          { name: 'winter', from: '11-01', rateMicrosPerKwh: { 'on-peak': 600_000, 'off-peak': 500_000 } },
        ],
        holidays: [{ kind: 'date', name: 'Moving day', date: '2026-12-01' }],
        windows: [
          { fromMinute: 960, toMinute: 1260, period: 'on-peak' },
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], fromMinute: 0, toMinute: 360, period: 'off-peak' },
          {
            seasons: ['winter'],
            days: ['sat', 'sun', 'holiday'],
            fromMinute: 0,
            toMinute: 1440,
            period: 'off-peak',
          },
        ],
        otherwise: 'off-peak',
        tiers: [{ name: 'low', adderMicrosPerKwh: -100_000 }],
      },
      'USD',
      0,
    ),
  ).toEqual([
    'Summer, from 1 June: on-peak $0.70/kWh, off-peak $0.40/kWh.',
    'Winter, from 1 November: on-peak $0.60/kWh, off-peak $0.50/kWh.',
    'On-peak: 16:00–21:00, every day.',
    'Off-peak: 00:00–06:00, Monday to Friday.',
    'Off-peak: all day, weekends and holidays, in winter.',
    'Otherwise off-peak. Hours of America/Los_Angeles.',
    'One holiday: Moving day.',
    'Household tier “low”: -$0.10/kWh on top of every price.',
  ]);
});
