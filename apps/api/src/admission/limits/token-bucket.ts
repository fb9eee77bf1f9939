/**
 * A token bucket that refills continuously, kept as its debt: what was taken and has not flowed back. A full
 * bucket has no debt, so one that nobody has touched need not be stored, and a changed limit needs no conversion.
 */
export interface BucketDebt {
  /** May exceed the bucket's size: a single take may be larger than the bucket. */
  readonly owed: number;
  readonly atMs: number;
}

const MINUTE_MS = 60_000;
/** Below this, a difference is rounding of doubles and no token. */
const EPSILON = 1e-6;

/** What is still owed at this time. */
export function owedAt({ owed, atMs }: BucketDebt, perMinute: number, nowMs: number): number {
  return Math.max(0, owed - (Math.max(0, nowMs - atMs) * perMinute) / MINUTE_MS);
}

/**
 * Until the bucket holds `amount`, whole ms; 0 where it does now. An amount larger than the bucket asks for a full
 * one: it would have to wait for ever else.
 */
export function waitMsFor(amount: number, owed: number, perMinute: number): number {
  const excess = owed - Math.max(0, perMinute - amount);
  return excess <= EPSILON ? 0 : Math.ceil(((excess - EPSILON) * MINUTE_MS) / perMinute);
}

/** Whole tokens that can be taken now. */
export function remainingOf(owed: number, perMinute: number): number {
  return Math.max(0, Math.floor(perMinute - owed + EPSILON));
}

/** Until the bucket is full again, whole ms. */
export function resetMsOf(owed: number, perMinute: number): number {
  return owed <= EPSILON ? 0 : Math.ceil((owed * MINUTE_MS) / perMinute);
}
