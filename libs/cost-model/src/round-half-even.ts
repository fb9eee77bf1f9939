/**
 * `numerator / denominator` rounded to an integer, ties to the even neighbour (IEEE 754 roundTiesToEven).
 * @param denominator positive
 */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twiceRest = 2n * magnitude(numerator % denominator);
  const away = numerator < 0n ? -1n : 1n;
  if (twiceRest > denominator) return quotient + away;
  if (twiceRest === denominator && quotient % 2n !== 0n) return quotient + away;
  return quotient;
}

/** Absolute value. */
export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
