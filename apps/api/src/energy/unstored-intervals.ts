/** The answer records that are safe in the spool but not yet rows: their time must not be settled without them. */
export abstract class UnstoredIntervals {
  /**
   * The earliest `slotFromUs` among the host's answer records that are accepted and not yet committed to
   * PostgreSQL, Unix µs; null when there is none. From the first settlement on it counts the records that a
   * replay still has to store. A record that can never be stored must leave this, or the host's time stands still.
   */
  abstract oldestSlotFromUs(host: string): number | null;
}
