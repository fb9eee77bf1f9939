/** Bin 0 holds what is below 1; bin n holds [GROWTH^(n−1), GROWTH^n). */
const GROWTH = 1.1;

/**
 * The value below which a share of the samples lies: the geometric middle of its bin, so within 5 %.
 * @param bins samples by bin
 * @param share 0–1
 * @returns null without samples
 */
export function histogramPercentile(bins: readonly number[], share: number): number | null {
  const total = bins.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  const bin = bins.findIndex((count) => (seen += count) >= rank);
  return bin === 0 ? 0.5 : GROWTH ** (bin - 0.5);
}
