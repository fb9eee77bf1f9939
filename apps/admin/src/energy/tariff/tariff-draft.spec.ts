import type { TariffInput } from '@ollameter/admin-contract';
import fc from 'fast-check';
import { fromMicros, toMicros } from './micros';
import { draftErrors, emptyDraft, toDraft, toInput } from './tariff-draft';

const EV: TariffInput = {
  name: 'SDG&E EV-TOU-5',
  currency: 'USD',
  plan: {
    kind: 'time_of_use',
    timezone: 'America/Los_Angeles',
    seasons: [
      {
        name: 'summer',
        from: '06-01',
        rateMicrosPerKwh: { 'on-peak': 793_210, 'off-peak': 496_130, night: 128_520 },
      },
      { name: 'winter', from: '11-01', rateMicrosPerKwh: { 'on-peak': 522_920, 'off-peak': 466_390 } },
    ],
    holidays: [{ kind: 'nth_weekday', name: 'Thanksgiving', month: 11, weekday: 4, nth: 4 }],
    windows: [
      { fromMinute: 960, toMinute: 1260, period: 'on-peak' },
      { seasons: ['summer'], days: ['sat', 'holiday'], fromMinute: 0, toMinute: 1440, period: 'night' },
    ],
    otherwise: 'off-peak',
    tiers: [
      { name: 'above', adderMicrosPerKwh: 0 },
      { name: 'within', adderMicrosPerKwh: -105_430 },
    ],
    tier: 'within',
  },
  fixedMicrosPerDay: 793_430,
  source: 'a bill',
  sourceDate: '2026-06-01',
};

it.each<TariffInput>([
  EV,
  { name: 'flat', currency: 'EUR', plan: { kind: 'flat', rateMicrosPerKwh: -5 }, fixedMicrosPerDay: 0 },
  {
    name: 'Agile',
    currency: 'GBP',
    plan: {
      kind: 'dynamic',
      stepMinutes: 30,
      fallbackRateMicrosPerKwh: 270_000,
      adderMicrosPerKwh: 10_000,
      priceUrl: 'https://example.org/',
      priceUnit: 0.01,
    },
    fixedMicrosPerDay: 1,
  },
])('$name is the same after being opened and saved', (tariff) => {
  expect(toInput(toDraft(tariff, 'UTC'))).toEqual(tariff);
  expect(draftErrors(toDraft(tariff, 'UTC'))).toEqual({});
});

it('keeps what is renamed together', () => {
  const draft = toDraft(EV, 'UTC');
  draft.periods[0] = 'peak';
  const { plan } = toInput(draft);
  expect(plan).toMatchObject({
    windows: [{ period: 'peak' }, { period: 'night' }],
    seasons: [{ rateMicrosPerKwh: { peak: 793_210 } }, { rateMicrosPerKwh: { peak: 522_920 } }],
  });
});

it('says what is missing', () => {
  expect(draftErrors(emptyDraft('USD', 'UTC'))).toEqual({
    name: 'A name is needed.',
    'plan.rateMicrosPerKwh': 'A number is needed, such as 0.383.',
  });
});

it('reads and writes millionths exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(10 ** 10), max: 10 ** 10 }), (micros) => {
      expect(toMicros(fromMicros(micros))).toBe(micros);
    }),
  );
  expect(['0,383', '.5', '1', ' −2.5 ', '', '.', '1e3', '0.1234567', 'x'].map(toMicros)).toEqual([
    383_000,
    500_000,
    1_000_000,
    -2_500_000,
    null,
    null,
    null,
    null,
    null,
  ]);
});
