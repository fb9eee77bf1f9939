import type { TimeOfUsePlan } from '@ollameter/cost-model';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

/** SDG&E's EV-TOU-5 of 1 June 2026 without its holidays, of which the benchmark's day is none. */
export const EV_TOU_5: TimeOfUsePlan = {
  kind: 'time_of_use',
  timezone: 'America/Los_Angeles',
  seasons: [
    {
      name: 'summer',
      from: '06-01',
      rateMicrosPerKwh: { 'on-peak': 793_210, 'off-peak': 496_130, 'super off-peak': 128_520 },
    },
    {
      name: 'winter',
      from: '11-01',
      rateMicrosPerKwh: { 'on-peak': 522_920, 'off-peak': 466_390, 'super off-peak': 121_150 },
    },
  ],
  holidays: [],
  windows: [
    { fromMinute: 960, toMinute: 1260, period: 'on-peak' },
    { days: WEEKDAYS, fromMinute: 0, toMinute: 360, period: 'super off-peak' },
    { days: WEEKDAYS, fromMinute: 600, toMinute: 840, period: 'super off-peak' },
    { days: ['sat', 'sun', 'holiday'], fromMinute: 0, toMinute: 840, period: 'super off-peak' },
  ],
  otherwise: 'off-peak',
};
