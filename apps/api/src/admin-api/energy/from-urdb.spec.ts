import { Tariff, toSchedule } from '@ollameter/cost-model';
import fc from 'fast-check';
import { fromUrdb } from './from-urdb';
import { checkPlan } from './plan-check';
import { readUrdb, UrdbError } from './urdb-document';

const ZONE = 'America/Los_Angeles';
const row = (...runs: [period: number, hours: number][]) =>
  runs.flatMap(([period, hours]) => new Array<number>(hours).fill(period));
const months = (winter: number[], summer: number[]) =>
  Array.from({ length: 12 }, (_, month) => (month >= 5 && month <= 9 ? summer : winter));

/** The shape of the API's answer, version 7, detail=full: a residential time-of-use rate with two tiers. */
const document = {
  items: [
    {
      label: '5f3b1e2c5457a3e2b8c1d2a4',
      utility: 'San Diego Gas & Electric Co',
      name: 'TOU-DR1 (Baseline)',
      uri: 'https://apps.openei.org/USURDB/rate/view/5f3b1e2c5457a3e2b8c1d2a4',
      sector: 'Residential',
      approved: true,
      is_default: false,
      country: 'USA',
      startdate: 1_717_200_000,
      energyratestructure: [
        [
          { rate: 0.3, adj: 0.02, unit: 'kWh', max: 350 },
          { rate: 0.4, adj: 0.02, unit: 'kWh' },
        ],
        [
          { rate: 0.5, unit: 'kWh', max: 350 },
          { rate: 0.6, unit: 'kWh' },
        ],
        [
          { rate: 0.1, unit: 'kWh', max: 350, sell: 0.05 },
          { rate: 0.2, unit: 'kWh' },
        ],
      ],
      energyweekdayschedule: months(
        row([2, 6], [0, 10], [1, 5], [0, 3]),
        row([2, 6], [0, 10], [1, 5], [0, 3]),
      ),
      energyweekendschedule: months(
        row([2, 14], [0, 2], [1, 5], [0, 3]),
        row([2, 14], [0, 2], [1, 5], [0, 3]),
      ),
      fueladjustmentsmonthly: months([0], [0.01]).flat(),
      fixedchargefirstmeter: 16,
      fixedchargeunits: '$/month',
      demandratestructure: [[{ rate: 5 }]],
      mincharge: 0.3,
      minchargeunits: '$/day',
    },
  ],
};
const [source] = document.items;
const read = (changes: object = {}) => readUrdb(JSON.stringify({ ...source, ...changes }))[0]!;

describe('a rate of the URDB', () => {
  const [imported] = readUrdb(JSON.stringify(document)).map((rate) => fromUrdb(rate, ZONE, '2026-11-25'));

  it('becomes seasons, windows, tiers and a daily fixed charge', () => {
    expect(imported!.input).toMatchObject({
      name: 'San Diego Gas & Electric Co: TOU-DR1 (Baseline)',
      currency: 'USD',
      fixedMicrosPerDay: 526_027,
      sourceDate: '2024-06-01',
      validFrom: null,
      plan: {
        kind: 'time_of_use',
        timezone: ZONE,
        seasons: [
          {
            from: '06-01',
            rateMicrosPerKwh: { 'period 1': 330_000, 'period 2': 510_000, 'period 3': 110_000 },
          },
          {
            from: '11-01',
            rateMicrosPerKwh: { 'period 1': 320_000, 'period 2': 500_000, 'period 3': 100_000 },
          },
        ],
        otherwise: 'period 3',
        tiers: [
          { name: 'tier 1, up to 350 kWh', adderMicrosPerKwh: 0 },
          { name: 'tier 2', adderMicrosPerKwh: 100_000 },
        ],
      },
    });
    expect(() => checkPlan(imported!.input.plan)).not.toThrow();
  });

  it.each([
    ['a weekday night in summer', '2026-07-15T05:59:00-07:00', 110_000n],
    ['a weekday morning', '2026-07-15T06:00:00-07:00', 330_000n],
    ['a Saturday morning', '2026-07-18T10:00:00-07:00', 110_000n],
    ['on-peak in winter', '2026-12-15T20:59:00-08:00', 500_000n],
    ['January, whose season began in November', '2027-01-05T22:00:00-08:00', 320_000n],
  ])('%s', (_case, iso, rate) => {
    const version = { id: 1, currency: 'USD', validFromUs: 0, schedule: toSchedule(imported!.input.plan) };
    expect(new Tariff([version]).at(Date.parse(iso) * 1_000).rateMicrosPerKwh).toBe(rate);
  });

  it('says what was left out', () => {
    const notes = imported!.notes.join(' ');
    for (const word of ['holidays', 'tier', '365/12', 'Demand', 'minimum', 'Export'])
      expect(notes).toContain(word);
  });

  it('is flat where one price holds', () => {
    const flat = fromUrdb(
      read({
        energyratestructure: [[{ rate: 0.12 }]],
        energyweekdayschedule: months(row([0, 24]), row([0, 24])),
        energyweekendschedule: months(row([0, 24]), row([0, 24])),
        fueladjustmentsmonthly: undefined,
        fixedchargefirstmeter: 0.4,
        fixedchargeunits: '$/day',
      }),
      ZONE,
      '2026-11-25',
    );
    expect(flat.input).toMatchObject({
      plan: { kind: 'flat', rateMicrosPerKwh: 120_000 },
      fixedMicrosPerDay: 400_000,
    });
  });

  it('takes the first tier where tiers differ from period to period, and says so', () => {
    const structure = source!.energyratestructure.with(0, [{ rate: 0.3, adj: 0.02, unit: 'kWh', max: 1 }]);
    const { input, notes } = fromUrdb(read({ energyratestructure: structure }), ZONE, '2026-11-25');
    expect(input.plan).not.toHaveProperty('tiers');
    expect(notes).toContain('The tiers differ from period to period; only the first tier was taken over.');
  });

  it('says when a rate has ended', () => {
    const { notes } = fromUrdb(read({ enddate: 1_750_000_000 }), ZONE, '2026-11-25');
    expect(notes[0]).toBe('The rate ended on 2025-06-15.');
  });
});

it.each<[string, string, RegExp]>([
  ['no JSON', 'TOU-DR1', /no JSON/],
  ['an empty list', '{"items": []}', /no rate/],
  ['something else', '{"items": [5]}', /no rate of the URDB/],
  ['no energy rates', '{"name": "x"}', /energyratestructure/],
  [
    'an unknown price',
    JSON.stringify({ ...source, energyratestructure: [[{ unit: 'kWh' }]] }),
    /0\.0: has no rate/,
  ],
  [
    'a period that is none',
    JSON.stringify({ ...source, energyratestructure: [[{ rate: 1 }]] }),
    /weekdayschedule/,
  ],
  ['a schedule of 11 months', JSON.stringify({ ...source, energyweekendschedule: [] }), /weekendschedule/],
])('refuses %s', (_case, text, message) => {
  expect(() => readUrdb(text)).toThrow(UrdbError);
  expect(() => readUrdb(text)).toThrow(message);
});

it('prices every hour of the year as the matrices do', () => {
  const schedule = fc.array(fc.array(fc.nat(2), { minLength: 24, maxLength: 24 }), {
    minLength: 2,
    maxLength: 2,
  });
  fc.assert(
    fc.property(schedule, schedule, fc.nat(8_759), (weekday, weekend, hour) => {
      const rate = read({
        energyratestructure: [[{ rate: 0.1 }], [{ rate: 0.2 }], [{ rate: 0.3 }]],
        energyweekdayschedule: months(weekday[0]!, weekday[1]!),
        energyweekendschedule: months(weekend[0]!, weekend[1]!),
        fueladjustmentsmonthly: undefined,
      });
      const { plan } = fromUrdb(rate, 'UTC', '2026-11-25').input;
      const at = new Date(Date.UTC(2026, 0, 1, hour));
      const isFree = [0, 6].includes(at.getUTCDay());
      const period = (isFree ? rate.weekend : rate.weekday)[at.getUTCMonth()]![at.getUTCHours()]!;
      const quarter = at.getTime() / 900_000;
      expect(toSchedule(plan).rateOf(quarter).rateMicrosPerKwh).toBe(BigInt((period + 1) * 100_000));
    }),
  );
});
