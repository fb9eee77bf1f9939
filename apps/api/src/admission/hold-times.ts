/** Before anything was measured, an answer is guessed to take this long. */
const FIRST_GUESS_MS = 5_000;
const SMOOTHING = 0.1;

/** How long requests held their slots of late, and what those who wait may expect of it. */
export class HoldTimes {
  private averageMs = FIRST_GUESS_MS;

  add(heldMs: number): void {
    this.averageMs += SMOOTHING * (heldMs - this.averageMs);
  }

  /**
   * Milliseconds until the request at this position (1 is next) runs on one of these hosts.
   * @param crowding how many wait at all gateways for each one that waits here, at least 1.
   */
  expectedWaitMs(position: number, hosts: readonly { readonly slots: number }[], crowding: number): number {
    const slots = hosts.reduce((sum, host) => sum + host.slots, 0);
    return Math.ceil((this.averageMs * position * crowding) / Math.max(slots, 1));
  }
}
