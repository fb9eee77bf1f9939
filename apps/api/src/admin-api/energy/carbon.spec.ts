import { PJ_PER_JOULE, PJ_PER_WH, toGramsPerKwh } from '@ollameter/cost-model';
import fc from 'fast-check';
import { DEFAULT_FACTOR, toCarbon } from './carbon';

const average = (gramsPerKwh: number) => ({ gramsPerKwh, kind: 'average' as const, source: '' });

it('0.1111 Wh at 195 g/kWh are 0.0217 g', () => {
  expect(DEFAULT_FACTOR.gramsPerKwh).toBe(195);
  expect(toCarbon(400n * PJ_PER_JOULE, average(195)).grams.toFixed(4)).toBe('0.0217');
});

it('12: lb/MWh and g/kWh are one factor: 0.45359, there and back', () => {
  expect(toGramsPerKwh(1_000)).toBeCloseTo(453.59, 2);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 5_000, noNaN: true }), (pounds) => {
      expect(toGramsPerKwh(pounds) / toGramsPerKwh(1)).toBeCloseTo(pounds, 6);
    }),
  );
});

it('says which factor it took, and of which kind', () => {
  expect(toCarbon(PJ_PER_WH, average(195)).factor).toBe(DEFAULT_FACTOR);
  expect(toCarbon(PJ_PER_WH, average(380))).toMatchObject({
    grams: 0.38,
    factor: { source: 'CARBON_GRAMS_PER_KWH', kind: 'average' },
  });
  expect(
    toCarbon(PJ_PER_WH, { gramsPerKwh: 430, kind: 'marginal', source: 'WattTime, CAISO_NORTH, 2026-10' }),
  ).toMatchObject({
    grams: 0.43,
    factor: { source: 'WattTime, CAISO_NORTH, 2026-10', kind: 'marginal', estimated: true },
  });
});
