/**
 * Log-binned histograms: bin 0 holds values below 1, bin n values in [γⁿ⁻¹, γⁿ) with γ = 1.1, so a bin's middle is
 * within 5 % of every value in it. Durations are binned in ms; speeds in tokens/s × {@link SPEED_SCALE}, so that slow
 * models are told apart.
 */
const GAMMA = 1.1;
const LOG_GAMMA = Math.log(GAMMA);
/** 1.1^239 ms is 90 days. */
const MAX_BIN = 240;

export const SPEED_SCALE = 10;

/** The bin of a value ≥ 0. */
export function histogramBin(value: number): number {
  if (!(value >= 1)) return 0;
  return Math.min(MAX_BIN, Math.floor(Math.log(value) / LOG_GAMMA) + 1);
}

/** The geometric middle of a bin. */
export function histogramValue(bin: number): number {
  return bin === 0 ? 0.5 : GAMMA ** (bin - 0.5);
}

/** The value below which a share `p` (0–1) of the samples lies; null without samples. */
export function histogramPercentile(bins: readonly number[], p: number): number | null {
  const total = bins.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(total * p));
  let seen = 0;
  for (const [bin, count] of bins.entries()) {
    seen += count;
    if (seen >= rank) return histogramValue(bin);
  }
  return null;
}
