import fc from 'fast-check';
import { niceScale } from './nice-scale';

it('covers the highest figure with at most four steps, wasting less than half', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (most) => {
      const { top, ticks } = niceScale(most);
      expect(top).toBeGreaterThanOrEqual(most * (1 - 1e-6));
      expect(top).toBeLessThan(most * 3);
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks[0]).toBe(0);
    }),
  );
});

it.each([
  [7, 8],
  [0.065, 0.08],
  [0, 1],
  [100, 100],
])('%d stands under %d', (most, top) => {
  expect(niceScale(most).top).toBeCloseTo(top, 12);
});
