import fc from 'fast-check';
import { type Stretch, toUsageGrains } from './usage-grains';

const at = (text: string) => Date.parse(text);
const stretch = (from: string, to: string): Stretch => ({ fromMs: at(from), toMs: at(to) });

it('reads a year in a zone of half hours from months, days and quarter hours', () => {
  expect(toUsageGrains([at('2025-12-31T18:30Z'), at('2026-11-25T10:07Z')], 'month')).toEqual({
    quarters: [
      stretch('2025-12-31T18:30Z', '2026-01-01T00:00Z'),
      stretch('2026-11-25T00:00Z', '2026-11-25T10:07Z'),
    ],
    days: [stretch('2026-11-01T00:00Z', '2026-11-25T00:00Z')],
    months: [stretch('2026-01-01T00:00Z', '2026-11-01T00:00Z')],
  });
});

it('reads days of a zone that is not UTC from quarter hours alone', () => {
  const days = ['2026-03-07T08:00Z', '2026-03-08T08:00Z', '2026-03-09T07:00Z'].map(at);
  expect(toUsageGrains(days, 'day')).toEqual({
    quarters: [stretch('2026-03-07T08:00Z', '2026-03-09T07:00Z')],
    days: [],
    months: [],
  });
});

it('covers every moment once, and no grain reaches over a boundary', () => {
  const quarter = 15 * 60_000;
  const instant = fc.integer({ min: at('2024-01-01') / quarter, max: at('2027-01-01') / quarter });
  fc.assert(
    fc.property(
      fc.uniqueArray(instant, { minLength: 2, maxLength: 6 }),
      fc.constantFrom('day', 'month'),
      (raw, coarsest) => {
        const boundaries = raw.sort((a, b) => a - b).map((n) => n * quarter);
        const { quarters, days, months } = toUsageGrains(boundaries, coarsest);
        const all = [...quarters, ...days, ...months].sort((a, b) => a.fromMs - b.fromMs);
        expect(all[0]?.fromMs).toBe(boundaries[0]);
        expect(all.at(-1)?.toMs).toBe(boundaries.at(-1));
        for (const [index, { toMs }] of all.slice(0, -1).entries()) expect(all[index + 1]?.fromMs).toBe(toMs);
        for (const { fromMs, toMs } of days) expect([fromMs % 86_400_000, toMs % 86_400_000]).toEqual([0, 0]);
        for (const { fromMs, toMs } of months)
          expect([new Date(fromMs).getUTCDate(), new Date(toMs).getUTCDate()]).toEqual([1, 1]);
        // A coarse grain may touch a boundary only where its own units begin.
        for (const boundary of boundaries)
          for (const { fromMs, toMs } of days)
            if (boundary > fromMs && boundary < toMs) expect(boundary % 86_400_000).toBe(0);
      },
    ),
  );
});
