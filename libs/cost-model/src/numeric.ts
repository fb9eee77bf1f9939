import { magnitude } from './round-half-even';

const NUMERIC = /^(-?\d+)(?:\.0+)?$/;
const LIMIT = 10n ** 38n;

/**
 * A PostgreSQL `numeric` in its text form, as the driver gives it, as an exact integer.
 * @throws RangeError when it is not an integer (a fraction, NaN, Infinity).
 */
export function fromNumeric(text: string): bigint {
  const integer = NUMERIC.exec(text)?.[1];
  if (integer === undefined) throw new RangeError(`not an integer numeric: ${JSON.stringify(text)}`);
  return BigInt(integer);
}

/**
 * An exact integer as the text of a `numeric(38,0)`.
 * @throws RangeError when it has more than 38 digits.
 */
export function toNumeric(value: bigint): string {
  if (magnitude(value) >= LIMIT) throw new RangeError(`more than 38 digits: ${String(value)}`);
  return String(value);
}
