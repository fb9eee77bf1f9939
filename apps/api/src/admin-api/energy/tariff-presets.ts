import type { DayKind, HolidayRule, TariffPreset, TariffWindow } from '@ollameter/admin-contract';

const LOS_ANGELES = 'America/Los_Angeles';
const WEEKDAYS: DayKind[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const FREE_DAYS: DayKind[] = ['sat', 'sun', 'holiday'];
const HOUR = 60;

/** A fixed date on a Sunday adds the Monday; one on a Saturday does not shift, unlike the federal rule. */
const SDGE_HOLIDAYS: HolidayRule[] = [
  { kind: 'fixed', name: 'New Year’s Day', month: 1, day: 1, mondayAfterSunday: true },
  { kind: 'nth_weekday', name: 'Presidents’ Day', month: 2, weekday: 1, nth: 3 },
  { kind: 'nth_weekday', name: 'Memorial Day', month: 5, weekday: 1, nth: -1 },
  { kind: 'fixed', name: 'Independence Day', month: 7, day: 4, mondayAfterSunday: true },
  { kind: 'nth_weekday', name: 'Labor Day', month: 9, weekday: 1, nth: 1 },
  { kind: 'fixed', name: 'Veterans Day', month: 11, day: 11, mondayAfterSunday: true },
  { kind: 'nth_weekday', name: 'Thanksgiving', month: 11, weekday: 4, nth: 4 },
  { kind: 'fixed', name: 'Christmas', month: 12, day: 25, mondayAfterSunday: true },
];

const ON_PEAK: TariffWindow = { fromMinute: 16 * HOUR, toMinute: 21 * HOUR, period: 'on-peak' };
const THREE_PERIODS: TariffWindow[] = [
  ON_PEAK,
  { days: WEEKDAYS, fromMinute: 0, toMinute: 6 * HOUR, period: 'super off-peak' },
  { days: WEEKDAYS, fromMinute: 10 * HOUR, toMinute: 14 * HOUR, period: 'super off-peak' },
  { days: FREE_DAYS, fromMinute: 0, toMinute: 14 * HOUR, period: 'super off-peak' },
];

/** $24.15 a month. */
const SDGE_FIXED = 793_973;
const SDGE_TIERS = [
  { name: 'above 130 % of baseline', adderMicrosPerKwh: 0 },
  { name: 'within 130 % of baseline (credit as of 2024)', adderMicrosPerKwh: -105_430 },
];

/** Starting points; each says where its figures are from. Rates in µ¤ per kWh, all-in before tax where not said. */
export const TARIFF_PRESETS: readonly TariffPreset[] = [
  {
    key: 'sdge-flat',
    name: 'SDG&E, one flat rate',
    currency: 'USD',
    plan: { kind: 'flat', rateMicrosPerKwh: 383_000 },
    source: 'The default ELECTRICITY_RATE: a round average; none of SDG&E’s periods costs exactly this',
    sourceDate: '2026-06-01',
  },
  {
    key: 'sdge-tou-dr1',
    name: 'SDG&E TOU-DR1 (derived rates)',
    currency: 'USD',
    plan: {
      kind: 'time_of_use',
      timezone: LOS_ANGELES,
      seasons: [
        {
          name: 'summer',
          from: '06-01',
          rateMicrosPerKwh: { 'on-peak': 684_590, 'off-peak': 463_920, 'super off-peak': 376_600 },
        },
        {
          name: 'winter',
          from: '11-01',
          rateMicrosPerKwh: { 'on-peak': 610_140, 'off-peak': 528_430, 'super off-peak': 437_670 },
        },
      ],
      holidays: SDGE_HOLIDAYS,
      windows: THREE_PERIODS,
      otherwise: 'off-peak',
      tiers: SDGE_TIERS,
    },
    fixedMicrosPerDay: SDGE_FIXED,
    source:
      'Derived, not published so: SDG&E’s April 2026 table less the June cut in delivery (0.34061 → 0.32948 $/kWh); its winter on-peak agrees with TOU-DR2. Fixed charge: 24.15 $/month. Tier credit as of 2024. Compare with your bill',
    sourceDate: '2026-06-01',
  },
  {
    key: 'sdge-tou-dr2',
    name: 'SDG&E TOU-DR2',
    currency: 'USD',
    plan: {
      kind: 'time_of_use',
      timezone: LOS_ANGELES,
      seasons: [
        { name: 'summer', from: '06-01', rateMicrosPerKwh: { 'on-peak': 689_070, 'off-peak': 417_730 } },
        { name: 'winter', from: '11-01', rateMicrosPerKwh: { 'on-peak': 610_140, 'off-peak': 473_160 } },
      ],
      holidays: [],
      windows: [ON_PEAK],
      otherwise: 'off-peak',
      tiers: SDGE_TIERS,
    },
    fixedMicrosPerDay: SDGE_FIXED,
    source:
      'SDG&E’s schedule TOU-DR2 of 1 June 2026, all-in before tax. Fixed charge: 24.15 $/month. Tier credit as of 2024, not confirmed for 2026. Compare with your bill',
    sourceDate: '2026-06-01',
  },
  {
    key: 'sdge-ev-tou-5',
    name: 'SDG&E EV-TOU-5',
    currency: 'USD',
    plan: {
      kind: 'time_of_use',
      timezone: LOS_ANGELES,
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
      holidays: SDGE_HOLIDAYS,
      windows: THREE_PERIODS,
      otherwise: 'off-peak',
    },
    fixedMicrosPerDay: 793_430,
    source:
      'SDG&E’s schedule EV-TOU-5 of 1 June 2026, all-in before tax, as two independent repositories cite its PDF; super off-peak on weekdays 10–14 all year since 1 May 2026. Compare with your bill',
    sourceDate: '2026-06-01',
  },
  {
    key: 'octopus-agile',
    name: 'Octopus Agile (half-hourly)',
    currency: 'GBP',
    plan: {
      kind: 'dynamic',
      stepMinutes: 30,
      fallbackRateMicrosPerKwh: 270_000,
      priceUrl:
        'https://api.octopus.energy/v1/products/AGILE-24-10-01/electricity-tariffs/E-1R-AGILE-24-10-01-C/standard-unit-rates/?page_size=200',
      priceUnit: 0.01,
    },
    source:
      'Shape of developer.octopus.energy: pence per kWh with VAT, known a day ahead, may be negative. Product, region and standing charge are yours to fill in; the fallback of 0.27 is a placeholder, no price of theirs',
    sourceDate: '2026-11-23',
  },
  {
    key: 'de-flat',
    name: 'Deutschland, Durchschnitt',
    currency: 'EUR',
    plan: { kind: 'flat', rateMicrosPerKwh: 372_000 },
    source:
      'BDEW’s average of 2026 for households, all taxes included, at second hand: 37.2 ct/kWh (stromvermittlung.de). Your contract says what you pay',
    sourceDate: '2026-11-23',
  },
  {
    key: 'de-day-ahead',
    name: 'Deutschland, Börsenpreis (viertelstündlich)',
    currency: 'EUR',
    plan: {
      kind: 'dynamic',
      stepMinutes: 15,
      fallbackRateMicrosPerKwh: 372_000,
      adderMicrosPerKwh: 0,
      priceUnit: 0.001,
    },
    source:
      'Shape of the day-ahead prices: EUR/MWh by the quarter hour since delivery on 1 October 2025, −500 to 4000. A URL, your grid fees and taxes (the adder) are yours to fill in; the fallback is the households’ average',
    sourceDate: '2026-11-23',
  },
];
