import fc from 'fast-check';
import { isHoliday } from './holiday';
import { BUCKET_US } from './ledger';
import { toSchedule } from './rate-schedule';
import { Tariff } from './tariff';
import type { HolidayRule, TimeOfUsePlan } from './tariff-plan';
import { toLocal } from './zone-clock';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const evTou5: TimeOfUsePlan = {
  kind: 'time_of_use',
  timezone: 'America/Los_Angeles',
  seasons: [
    {
      name: 'summer',
      from: '06-01',
      rateMicrosPerKwh: { on: 793_210, off: 496_130, super: 128_520 },
    },
    { name: 'winter', from: '11-01', rateMicrosPerKwh: { on: 522_920, off: 466_390, super: 121_150 } },
  ],
  holidays: [
    { kind: 'fixed', month: 7, day: 4, mondayAfterSunday: true },
    { kind: 'nth_weekday', month: 11, weekday: 4, nth: 4 },
    { kind: 'nth_weekday', month: 5, weekday: 1, nth: -1 },
  ],
  windows: [
    { fromMinute: 960, toMinute: 1260, period: 'on' },
    { days: WEEKDAYS, fromMinute: 0, toMinute: 360, period: 'super' },
    { days: WEEKDAYS, fromMinute: 600, toMinute: 840, period: 'super' },
    { days: ['sat', 'sun', 'holiday'], fromMinute: 0, toMinute: 840, period: 'super' },
  ],
  otherwise: 'off',
};
const version = (schedule = toSchedule(evTou5), validFromUs = 0, id = 1) => ({
  id,
  currency: 'USD',
  validFromUs,
  schedule,
});
const tariff = new Tariff([version()]);
const at = (iso: string) => tariff.at(Date.parse(iso) * 1_000);

describe('EV-TOU-5', () => {
  it.each([
    ['summer on-peak', '2026-07-15T16:00:00-07:00', 793_210n],
    ['summer on-peak, also at weekends', '2026-07-18T20:59:59-07:00', 793_210n],
    ['summer evening', '2026-07-15T21:00:00-07:00', 496_130n],
    ['a weekday night', '2026-07-15T05:59:59-07:00', 128_520n],
    ['a weekday morning', '2026-07-15T06:00:00-07:00', 496_130n],
    ['a weekday noon', '2026-07-15T13:59:59-07:00', 128_520n],
    ['a Saturday morning', '2026-07-18T09:00:00-07:00', 128_520n],
    ['Independence Day on a Saturday, no shift to Friday', '2026-07-03T09:00:00-07:00', 496_130n],
    ['Thanksgiving', '2026-11-26T09:00:00-08:00', 121_150n],
    ['the day after it', '2026-11-27T09:00:00-08:00', 466_390n],
    ['the Monday after Sunday 4 July 2027', '2027-07-05T09:00:00-07:00', 128_520n],
    ['Memorial Day', '2026-05-25T09:00:00-07:00', 121_150n],
    ['the last second of summer', '2026-10-31T23:59:59-07:00', 496_130n],
    ['the first second of winter', '2026-11-01T00:00:00-07:00', 121_150n],
    ['New Year in winter', '2027-01-01T17:00:00-08:00', 522_920n],
  ])('%s', (_case, iso, rate) => {
    expect(at(iso).rateMicrosPerKwh).toBe(rate);
  });

  it('says season and period, and until when the rate holds', () => {
    expect(at('2026-07-15T15:30:00-07:00')).toMatchObject({
      period: 'summer off',
      untilUs: Date.parse('2026-07-15T16:00:00-07:00') * 1_000,
    });
  });

  it('charges both folds of the clock that is put back by what it shows: 1:00–2:00 twice at night', () => {
    const night = tariff.stretches(
      Date.parse('2026-11-02T00:00:00-08:00') * 1_000 - 25 * 3_600e6,
      Date.parse('2026-11-02T00:00:00-08:00') * 1_000,
    );
    const hours = night.map((s) => [s.period, (s.untilUs - s.fromUs) / 3_600e6]);
    // A Sunday of 25 hours: 14 local hours of super off-peak take 15.
    expect(hours).toEqual([
      ['winter super', 15],
      ['winter off', 2],
      ['winter on', 5],
      ['winter off', 3],
    ]);
  });
});

const zones = fc.constantFrom(
  'America/Los_Angeles',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Apia',
  'UTC',
);
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) }),
  fc
    .tuple(
      fc.constantFrom('2026-03-08T10:00Z', '2026-11-01T09:00Z', '2026-03-29T01:00Z', '2026-10-25T01:00Z'),
      fc.integer({ min: -7_200_000, max: 7_200_000 }),
    )
    .map(([iso, offset]) => Date.parse(iso) + offset),
);

describe('a time-of-use plan', () => {
  it('8: maps every instant, in both folds too, to the one rate that the wall clock names', () => {
    fc.assert(
      fc.property(zones, instants, (timezone, ms) => {
        const schedule = toSchedule({ ...evTou5, timezone });
        const rate = new Tariff([version(schedule)]).at(ms * 1_000);
        const local = new Date(toLocal(ms, timezone));
        const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
        const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
        const season = month >= 6 && month <= 10 ? 0 : 1;
        const free = [0, 6].includes(local.getUTCDay()) || isHoliday(evTou5.holidays, year, month, day);
        const isSuper = free ? minute < 840 : minute < 360 || (minute >= 600 && minute < 840);
        const period = minute >= 960 && minute < 1260 ? 'on' : isSuper ? 'super' : 'off';
        expect(rate.rateMicrosPerKwh).toBe(BigInt(evTou5.seasons[season]!.rateMicrosPerKwh[period]!));
        expect(rate.untilUs).toBeGreaterThan(ms * 1_000);
      }),
    );
  });

  it('holds its rate until the end it names, and stretches cover a time without gap or overlap', () => {
    fc.assert(
      fc.property(zones, instants, fc.integer({ min: 1, max: 8 * 86_400_000 }), (timezone, ms, lengthMs) => {
        const inZone = new Tariff([version(toSchedule({ ...evTou5, timezone }))]);
        const [fromUs, toUs] = [ms * 1_000, (ms + lengthMs) * 1_000];
        const stretches = inZone.stretches(fromUs, toUs);
        expect(stretches[0]?.fromUs).toBe(fromUs);
        expect(stretches.at(-1)?.untilUs).toBe(toUs);
        for (const [index, stretch] of stretches.entries()) {
          if (index > 0) expect(stretch.fromUs).toBe(stretches[index - 1]?.untilUs);
          expect(inZone.at(stretch.untilUs - 1).rateMicrosPerKwh).toBe(stretch.rateMicrosPerKwh);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('8: of equal rates is the flat one', () => {
    fc.assert(
      fc.property(zones, instants, fc.integer({ min: -500_000, max: 900_000 }), (timezone, ms, rate) => {
        const seasons = evTou5.seasons.map((season) => ({
          ...season,
          rateMicrosPerKwh: { on: rate, off: rate, super: rate },
        }));
        const constant = new Tariff([version(toSchedule({ ...evTou5, timezone, seasons }))]);
        expect(constant.at(ms * 1_000).rateMicrosPerKwh).toBe(BigInt(rate));
      }),
    );
  });
});

describe('tiers', () => {
  const tiers = [
    { name: 'above', adderMicrosPerKwh: 0 },
    { name: 'within', adderMicrosPerKwh: -105_430 },
  ];
  it.each([
    [undefined, 383_000n],
    ['above', 383_000n],
    ['within', 277_570n],
  ])('%s', (tier, rate) => {
    const schedule = toSchedule({ kind: 'flat', rateMicrosPerKwh: 383_000, tiers, tier });
    expect(schedule.rateOf(0).rateMicrosPerKwh).toBe(rate);
  });
});

describe('a dynamic plan', () => {
  const quarter = Date.UTC(2026, 10, 24, 12) / 900_000;
  const plan = {
    kind: 'dynamic',
    stepMinutes: 30,
    fallbackRateMicrosPerKwh: 300_000,
    adderMicrosPerKwh: 10_000,
  } as const;

  it('takes the price of the quarter hour and its adder, may be negative, and the fallback where none is known', () => {
    const dynamic = new Tariff([
      version(
        toSchedule(
          plan,
          new Map([
            [quarter, -50_000],
            [quarter + 1, -50_000],
          ]),
        ),
      ),
    ]);
    const rates = [0, 1, 2].map((offset) => dynamic.at((quarter + offset) * BUCKET_US + 7));
    expect(rates.map(({ rateMicrosPerKwh, period }) => [rateMicrosPerKwh, period])).toEqual([
      [-40_000n, 'dynamic'],
      [-40_000n, 'dynamic'],
      [300_000n, 'no price'],
    ]);
    expect(rates[0]?.untilUs).toBe((quarter + 2) * BUCKET_US);
  });
});

describe('holidays', () => {
  const sdge: HolidayRule[] = [
    { kind: 'fixed', month: 1, day: 1, mondayAfterSunday: true },
    { kind: 'nth_weekday', month: 2, weekday: 1, nth: 3 },
    { kind: 'nth_weekday', month: 5, weekday: 1, nth: -1 },
    { kind: 'fixed', month: 7, day: 4, mondayAfterSunday: true },
    { kind: 'nth_weekday', month: 9, weekday: 1, nth: 1 },
    { kind: 'fixed', month: 11, day: 11, mondayAfterSunday: true },
    { kind: 'nth_weekday', month: 11, weekday: 4, nth: 4 },
    { kind: 'fixed', month: 12, day: 25, mondayAfterSunday: true },
  ];
  const ofYear = (rules: HolidayRule[], year: number) =>
    Array.from({ length: 366 }, (_, index) => new Date(Date.UTC(year, 0, 1 + index)))
      .filter((date) => date.getUTCFullYear() === year)
      .filter((date) => isHoliday(rules, year, date.getUTCMonth() + 1, date.getUTCDate()))
      .map((date) => date.toISOString().slice(5, 10));

  it('knows SDG&E’s of 2026 and 2027', () => {
    expect(ofYear(sdge, 2026)).toEqual([
      '01-01',
      '02-16',
      '05-25',
      '07-04',
      '09-07',
      '11-11',
      '11-26',
      '12-25',
    ]);
    expect(ofYear(sdge, 2027)).toEqual([
      '01-01',
      '02-15',
      '05-31',
      '07-04',
      '07-05',
      '09-06',
      '11-11',
      '11-25',
      '12-25',
    ]);
  });

  it('takes a single date', () => {
    expect(ofYear([{ kind: 'date', date: '2026-12-24' }], 2026)).toEqual(['12-24']);
  });
});
