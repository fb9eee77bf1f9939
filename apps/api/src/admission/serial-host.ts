/** When one request was at a host and when its model worked on it, Unix µs. */
export interface ServedInterval {
  model: string;
  /** Sent to the host. */
  slotFromUs: number;
  activeFromUs: number;
  activeToUs: number;
}

/** So many requests in a row that were there together and worked on one after the other. */
const EVIDENCE = 5;
/** Clocks of host and gateway differ by a little. */
const TOLERANCE_US = 5_000;

/**
 * Sees whether a host works on one request at a time although more were sent: Ollama's own default
 * (`OLLAMA_NUM_PARALLEL` 1), which makes every slot but the first a hidden queue.
 */
export class SerialHost {
  private last: ServedInterval | null = null;
  private inRow = 0;
  private told = false;

  /** @returns true once, when the evidence is enough. Requests are told in the order of their ends. */
  observe(served: ServedInterval): boolean {
    const { last } = this;
    this.last = served;
    if (this.told || last?.model !== served.model || served.slotFromUs >= last.activeToUs) return false;
    if (served.activeFromUs < last.activeToUs - TOLERANCE_US) {
      // It can do two at once: slots above its number are the only thing left to say, and rare.
      this.inRow = 0;
      return false;
    }
    this.inRow++;
    this.told = this.inRow >= EVIDENCE;
    return this.told;
  }
}
