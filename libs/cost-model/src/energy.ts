import { divideHalfEven, magnitude } from './round-half-even';

export const PJ_PER_JOULE = 1_000_000_000_000n;
export const PJ_PER_WH = 3_600n * PJ_PER_JOULE;
export const PJ_PER_KWH = 1_000n * PJ_PER_WH;

const SIGNIFICANT_DIGITS = 9;

/**
 * Energy of constant power over a time: mW × ns = pJ, here from whole µs.
 * @param milliwatts integer mW
 * @param durationUs integer µs
 */
export function energyOf(milliwatts: number, durationUs: number): bigint {
  return BigInt(milliwatts) * BigInt(durationUs) * 1_000n;
}

/** pJ as Wh for display: the double nearest to the value rounded half-even to nine significant digits. */
export function toEnergyWh(energyPj: bigint): number {
  if (energyPj === 0n) return 0;
  const exponent = decimalExponent(magnitude(energyPj), PJ_PER_WH);
  const shift = SIGNIFICANT_DIGITS - 1 - exponent;
  const digits =
    shift >= 0
      ? divideHalfEven(energyPj * 10n ** BigInt(shift), PJ_PER_WH)
      : divideHalfEven(energyPj, PJ_PER_WH * 10n ** BigInt(-shift));
  return Number(`${String(digits)}e${-shift}`);
}

/** The n for which 10^n ≤ numerator / denominator < 10^(n+1); both positive. */
function decimalExponent(numerator: bigint, denominator: bigint): number {
  const guess = String(numerator).length - String(denominator).length;
  const reached =
    guess >= 0
      ? numerator >= denominator * 10n ** BigInt(guess)
      : numerator * 10n ** BigInt(-guess) >= denominator;
  return reached ? guess : guess - 1;
}
