import fc from 'fast-check';
import { COST_DENOMINATOR, costOf, toCost } from './cost';
import { energyOf, PJ_PER_JOULE, PJ_PER_KWH, PJ_PER_WH, toEnergyWh } from './energy';
import { fromNumeric, toNumeric } from './numeric';
import { divideHalfEven } from './round-half-even';

const anyInteger = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });

describe('energy', () => {
  it('multiplies mW and time to pJ: 80 W for 5 s are 400 J and 0.111111111 Wh', () => {
    const energyPj = energyOf(80_000, 5_000_000);
    expect(energyPj).toBe(400n * PJ_PER_JOULE);
    expect(toEnergyWh(energyPj)).toBe(0.111111111);
  });

  it.each([
    [80, 3_600, 80],
    [80, 30 * 86_400, 57_600],
    [9, 365 * 86_400, 78_840],
  ])('%d W for %d s are %d Wh', (watts, seconds, wattHours) => {
    expect(toEnergyWh(energyOf(watts * 1_000, seconds * 1_000_000))).toBe(wattHours);
  });

  it('converts J, Wh and kWh without a rest', () => {
    expect(PJ_PER_WH).toBe(3_600n * PJ_PER_JOULE);
    expect(PJ_PER_KWH).toBe(1_000n * PJ_PER_WH);
  });

  it.each([
    ['a tie to the even digit below', 1_000_000_005n, 10],
    ['a tie to the even digit above', 1_000_000_015n, 10.0000002],
    ['nines up to the next power of ten', 9_999_999_996n, 100],
    ['nines down to nine digits', 9_999_999_994n, 99.9999999],
  ])('rounds %s', (_case, tenDigits, wattHours) => {
    const energyPj = (tenDigits * PJ_PER_WH) / 100_000_000n;
    expect(toEnergyWh(energyPj)).toBe(wattHours);
    expect(toEnergyWh(-energyPj)).toBe(-wattHours);
  });

  it('shows nine significant digits of any size, within half a unit of the ninth', () => {
    fc.assert(
      fc.property(anyInteger, (energyPj) => {
        const shown = toEnergyWh(energyPj);
        expect(Number(shown.toPrecision(9))).toBe(shown);
        const exact = Number(energyPj) / 3.6e15;
        expect(Math.abs(shown - exact)).toBeLessThanOrEqual(Math.abs(exact) * 5.000_001e-9);
      }),
    );
  });

  it('gives a whole number of Wh back unchanged', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999_999, max: 999_999_999 }), (wattHours) => {
        expect(toEnergyWh(BigInt(wattHours) * PJ_PER_WH)).toBe(wattHours);
      }),
    );
  });
});

describe('cost', () => {
  it.each([
    ['80 W, 5 s at 0.383', 80_000, 5_000_000, 383_000n, '0.000042555556'],
    ['80 W, 1 h at 0.383', 80_000, 3_600_000_000, 383_000n, '0.030640000000'],
    ['80 W, 30 days at 0.383', 80_000, 30 * 86_400_000_000, 383_000n, '22.060800000000'],
    ['9 W, a year at 0.383', 9_000, 365 * 86_400_000_000, 383_000n, '30.195720000000'],
    ['400 J at EV-TOU-5 super off-peak', 80_000, 5_000_000, 128_520n, '0.000014280000'],
    ['400 J at EV-TOU-5 summer on-peak', 80_000, 5_000_000, 793_210n, '0.000088134444'],
  ])('%s', (_case, milliwatts, durationUs, rate, cost) => {
    expect(toCost(costOf(energyOf(milliwatts, durationUs), rate))).toBe(cost);
  });

  it('is exactly 383/9,000,000 in the seed case', () => {
    expect(costOf(energyOf(80_000, 5_000_000), 383_000n) * 9_000_000n).toBe(383n * COST_DENOMINATOR);
  });

  it('is negative where the rate is, and shows no sign on a rounded zero', () => {
    expect(toCost(costOf(energyOf(80_000, 5_000_000), -383_000n))).toBe('-0.000042555556');
    expect(toCost(-1n)).toBe('0.000000000000');
  });

  it('rounds a tie to the even twelfth digit', () => {
    const halfUnit = COST_DENOMINATOR / 2_000_000_000_000n;
    expect(toCost(halfUnit)).toBe('0.000000000000');
    expect(toCost(3n * halfUnit)).toBe('0.000000000002');
    expect(toCost(-3n * halfUnit)).toBe('-0.000000000002');
  });

  it('gives every decimal of twelve digits back unchanged, also huge and negative ones', () => {
    fc.assert(
      fc.property(anyInteger, (twelfths) => {
        const shown = toCost((twelfths * COST_DENOMINATOR) / 10n ** 12n);
        expect(BigInt(shown.replace('.', ''))).toBe(twelfths);
      }),
    );
  });

  it('is linear in power and in rate', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.nat(86_400_000),
        fc.bigInt(-(10n ** 9n), 10n ** 9n),
        (mw, us, rate) => {
          expect(costOf(energyOf(2 * mw, us), rate)).toBe(2n * costOf(energyOf(mw, us), rate));
          expect(costOf(energyOf(mw, us), 2n * rate)).toBe(2n * costOf(energyOf(mw, us), rate));
        },
      ),
    );
  });
});

describe('divideHalfEven', () => {
  it('is never more than half away, and even on a tie', () => {
    fc.assert(
      fc.property(anyInteger, fc.bigInt(1n, 10n ** 20n), (numerator, denominator) => {
        const twiceError = 2n * (numerator - divideHalfEven(numerator, denominator) * denominator);
        expect(twiceError <= denominator && twiceError >= -denominator).toBe(true);
        if (twiceError === denominator || twiceError === -denominator)
          expect(divideHalfEven(numerator, denominator) % 2n).toBe(0n);
      }),
    );
  });
});

describe('PostgreSQL numeric', () => {
  it('survives the way there and back', () => {
    fc.assert(fc.property(anyInteger, (value) => expect(fromNumeric(toNumeric(value))).toBe(value)));
  });

  it('reads what a sum with a scale prints, and nothing that is not an integer', () => {
    expect(fromNumeric('12.000')).toBe(12n);
    for (const text of ['12.5', 'NaN', 'Infinity', '', '1e5', '0x10', ' 1'])
      expect(() => fromNumeric(text)).toThrow(RangeError);
  });

  it('refuses what numeric(38,0) cannot hold', () => {
    expect(toNumeric(10n ** 38n - 1n)).toHaveLength(38);
    expect(() => toNumeric(10n ** 38n)).toThrow(RangeError);
    expect(() => toNumeric(-(10n ** 38n))).toThrow(RangeError);
  });
});
