import fc from 'fast-check';
import { type Stretch, toUsageGrains } from './usage-grains';

const at = (text: string) => Date.parse(text);
const stretch = (from: string, to: string): Stretch => ({ fromMs: at(from), toMs: at(to) });

it('reads a year in a zone of half hours from months, days and quarter hours', () => {
  expect(toUsageGrains([at('2025-12-31T18:30Z'), at('2026-11-25T10:07Z')], ['day', 'month'])).toEqual({
    quarter: [
      stretch('2025-12-31T18:30Z', '2026-01-01T00:00Z'),
      stretch('2026-11-25T00:00Z', '2026-11-25T10:07Z'),
    ],
    hour: [],
    day: [stretch('2026-11-01T00:00Z', '2026-11-25T00:00Z')],
    month: [stretch('2026-01-01T00:00Z', '2026-11-01T00:00Z')],
  });
});

it('reads days of a zone of whole hours from hours alone', () => {
  const days = ['2026-03-07T08:00Z', '2026-03-08T08:00Z', '2026-03-09T07:00Z'].map(at);
  expect(toUsageGrains(days, ['hour', 'day'])).toEqual({
    quarter: [],
    hour: [stretch('2026-03-07T08:00Z', '2026-03-09T07:00Z')],
    day: [],
    month: [],
  });
});

it('covers every moment once, and no grain reaches over a boundary', () => {
  const quarter = 15 * 60_000;
  const instant = fc.integer({ min: at('2024-01-01') / quarter, max: at('2027-01-01') / quarter });
  fc.assert(
    fc.property(
      fc.uniqueArray(instant, { minLength: 2, maxLength: 6 }),
      fc.constantFrom(['hour', 'day', 'month'] as const, ['day', 'month'] as const),
      (raw, units) => {
        const boundaries = raw.sort((a, b) => a - b).map((n) => n * quarter);
        const grains = toUsageGrains(boundaries, units);
        const all = Object.values(grains)
          .flat()
          .sort((a, b) => a.fromMs - b.fromMs);
        expect(all[0]?.fromMs).toBe(boundaries[0]);
        expect(all.at(-1)?.toMs).toBe(boundaries.at(-1));
        for (const [index, { toMs }] of all.slice(0, -1).entries()) expect(all[index + 1]?.fromMs).toBe(toMs);
        const isWhole = {
          hour: (ms: number) => ms % 3_600_000 === 0,
          day: (ms: number) => ms % 86_400_000 === 0,
          month: (ms: number) => ms % 86_400_000 === 0 && new Date(ms).getUTCDate() === 1,
        };
        for (const unit of ['hour', 'day', 'month'] as const)
          for (const { fromMs, toMs } of grains[unit]) {
            expect([fromMs, toMs].every(isWhole[unit])).toBe(true);
            // A coarse grain may touch a boundary only where its own units begin.
            for (const boundary of boundaries)
              if (boundary > fromMs && boundary < toMs) expect(isWhole[unit](boundary)).toBe(true);
          }
      },
    ),
  );
});
