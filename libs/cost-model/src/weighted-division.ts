/**
 * Divides an amount by weights, exactly: floors first, then one unit each to the largest remainders, of equal ones to
 * the earlier.
 * @param amount not negative
 * @param weights not negative, at least one positive
 */
export function divide(amount: bigint, weights: readonly bigint[]): bigint[] {
  let total = 0n;
  for (const weight of weights) total += weight;
  const parts: bigint[] = [];
  const remainders: bigint[] = [];
  let rest = amount;
  for (const weight of weights) {
    const product = amount * weight;
    const part = product / total;
    parts.push(part);
    remainders.push(product - part * total);
    rest -= part;
  }
  if (rest === 0n) return parts;
  const byRemainder = [...remainders.keys()].sort((a, b) => {
    const [of, to] = [remainders[a] ?? 0n, remainders[b] ?? 0n];
    return of === to ? a - b : of > to ? -1 : 1;
  });
  for (const index of byRemainder.slice(0, Number(rest))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}
