import fc from 'fast-check';
import { bucketStarts } from './bucket-starts';
import { nextStart, startOf } from '../../calendar/calendar-unit';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const ZONES = [
  'UTC',
  'America/Los_Angeles',
  'Europe/London',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Havana',
  'Africa/Cairo',
  'Pacific/Apia',
] as const;

/** A quarter hour of 2026, Unix ms. */
const quarter = fc
  .integer({ min: Date.UTC(2026, 0, 1) / QUARTER_MS, max: Date.UTC(2027, 0, 1) / QUARTER_MS })
  .map((index) => index * QUARTER_MS);

it('9: buckets of local days, hours and months sum to the total of the UTC quarter hours they are made of', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.constantFrom('hour' as const, 'day' as const, 'month' as const),
      quarter,
      fc.integer({ min: 1, max: 800 }),
      fc.array(fc.tuple(fc.nat(), fc.bigInt(0n, 10n ** 18n)), { maxLength: 40 }),
      (zone, bucket, fromMs, quarters, entries) => {
        const toMs = fromMs + quarters * QUARTER_MS;
        const starts = bucketStarts({ fromMs, toMs }, bucket, zone);
        const sums = new Map(starts.map((start) => [start, 0n]));
        let total = 0n;
        for (const [index, energyPj] of entries) {
          const atMs = fromMs + (index % quarters) * QUARTER_MS;
          total += energyPj;
          const homes = starts.filter(
            (start, position) => start <= atMs && atMs < (starts[position + 1] ?? Infinity),
          );
          expect(homes).toHaveLength(1);
          expect(homes[0]).toBe(startOf(bucket, atMs, zone));
          sums.set(homes[0]!, (sums.get(homes[0]!) ?? 0n) + energyPj);
        }
        expect([...sums.values()].reduce((sum, value) => sum + value, 0n)).toBe(total);
      },
    ),
  );
});

it.each([
  ['2026-03-08', 23, 92],
  ['2026-11-01', 25, 100],
  ['2026-07-01', 24, 96],
])('9: %s has %d hours in Los Angeles, %d quarter hours', (date, hours, quarters) => {
  const zone = 'America/Los_Angeles';
  const start = startOf('day', Date.parse(`${date}T20:00:00Z`), zone);
  const end = nextStart('day', start, zone);
  expect((end - start) / HOUR_MS).toBe(hours);
  expect(bucketStarts({ fromMs: start, toMs: end }, '15m', zone)).toHaveLength(quarters);
});
