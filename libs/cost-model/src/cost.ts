import { PJ_PER_KWH } from './energy';
import { divideHalfEven, magnitude } from './round-half-even';

const MICROS_PER_UNIT = 1_000_000n;
const FRACTION_DIGITS = 12;

/** One currency unit as a cost numerator (pJ × µ¤/kWh): 3.6·10²⁴. */
export const COST_DENOMINATOR = PJ_PER_KWH * MICROS_PER_UNIT;

/**
 * Exact cost numerator of an energy at a rate; `numerator / COST_DENOMINATOR` are currency units.
 * @param rateMicrosPerKwh integer µ-currency per kWh; may be negative
 */
export function costOf(energyPj: bigint, rateMicrosPerKwh: bigint): bigint {
  return energyPj * rateMicrosPerKwh;
}

/** A cost numerator as a decimal string of twelve fraction digits, rounded half-even once: `0.000042555556`. */
export function toCost(costNumerator: bigint): string {
  const rounded = divideHalfEven(costNumerator * 10n ** BigInt(FRACTION_DIGITS), COST_DENOMINATOR);
  const digits = String(magnitude(rounded)).padStart(FRACTION_DIGITS + 1, '0');
  const sign = rounded < 0n ? '-' : '';
  return `${sign}${digits.slice(0, -FRACTION_DIGITS)}.${digits.slice(-FRACTION_DIGITS)}`;
}
