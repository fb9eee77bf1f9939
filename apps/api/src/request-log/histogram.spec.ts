import fc from 'fast-check';
import { histogramBin, histogramPercentile, histogramValue } from './histogram';

const LARGEST = 1.1 ** 239;
const value = fc.oneof(
  fc.double({ min: 1, max: LARGEST, noNaN: true }),
  fc.integer({ min: 1, max: 600_000 }),
  fc.integer({ min: 0, max: 239 }).map((n) => 1.1 ** n),
);

function binned(values: readonly number[]): number[] {
  const bins: number[] = [];
  for (const each of values) {
    const bin = histogramBin(each);
    while (bins.length <= bin) bins.push(0);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

describe('a log-binned histogram', () => {
  it('knows every percentile within 5 % of the sample that has it', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1] ?? NaN;
          const told = histogramPercentile(binned(values), share) ?? NaN;
          expect(Math.abs(told - exact) / exact).toBeLessThan(0.05);
        },
      ),
    );
  });

  it('adds up: the histogram of all samples is the sum of those of its parts', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (some, others) => {
        const [a, b, both] = [binned(some), binned(others), binned([...some, ...others])];
        expect(both).toEqual(both.map((_, bin) => (a[bin] ?? 0) + (b[bin] ?? 0)));
      }),
    );
  });

  it('keeps order: a larger value is never in a smaller bin', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a];
        expect(histogramBin(small)).toBeLessThanOrEqual(histogramBin(large));
      }),
    );
  });

  it.each([
    [0, 0],
    [0.99, 0],
    [-1, 0],
    [NaN, 0],
    [1, 1],
    [Infinity, 240],
  ])('puts %p into bin %p', (sample, bin) => {
    expect(histogramBin(sample)).toBe(bin);
  });

  it('has no percentile without samples, and half a unit for what is below one', () => {
    expect(histogramPercentile([], 0.5)).toBeNull();
    expect(histogramPercentile([0, 0], 0.5)).toBeNull();
    expect(histogramPercentile([3], 0.99)).toBe(0.5);
    expect(histogramValue(0)).toBe(0.5);
  });
});
