const WINDOW_MS = 60_000;
const MAX_PER_WINDOW = 60;

/**
 * Strangers (no valid key) leave at most one row per address and sixty in all a minute; the rest is only counted.
 * Memory is bounded by the cap itself.
 */
export class StrangerSampler {
  private windowStartMs = 0;
  private readonly seen = new Set<string>();
  private suppressed = 0;

  /** Whether this refusal becomes a row; if so, how many were suppressed since the last row. */
  admit(address: string, nowMs: number): { suppressed: number } | null {
    if (nowMs - this.windowStartMs >= WINDOW_MS) {
      this.windowStartMs = nowMs;
      this.seen.clear();
    }
    if (this.seen.has(address) || this.seen.size >= MAX_PER_WINDOW) {
      this.suppressed++;
      return null;
    }
    this.seen.add(address);
    const { suppressed } = this;
    this.suppressed = 0;
    return { suppressed };
  }
}
