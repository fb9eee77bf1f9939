/** At once where the counters are in this process; a promise where they are elsewhere. */
export type Awaitable<T> = T | Promise<T>;

/** A token bucket of `perMinute` that refills to full within a minute, continuously. It is full at first. */
export interface Bucket {
  readonly id: string;
  /** At least 1. May differ from one call to the next: the newest counts at once, and what was taken stays taken. */
  readonly perMinute: number;
}

/** Where a bucket stands. */
export interface BucketState {
  /** Whole, never below 0. */
  readonly remaining: number;
  /** Until it is full, whole ms. */
  readonly resetMs: number;
}

/** Tokens that may be held at once: what a budget has left, as far as the request log's sums tell. */
export interface Allowance {
  readonly id: string;
  /** A hold is refused once this much is held. Null never refuses; it is only counted. */
  readonly room: number | null;
}

/** What a request may use, set aside until it is known what it did use. */
export interface Reservation {
  /** The exchange's id. */
  readonly id: string;
  readonly tokens: number;
  readonly buckets: readonly Bucket[];
  readonly allowances: readonly Allowance[];
}

/** The answer to a take. */
export interface Take {
  /** Index of the bucket that refused; of several, the one with the longest wait. Null where none did. */
  readonly refusedBy: number | null;
  /** Until the same take is admitted if nobody else takes, whole ms; 0 where it was admitted. */
  readonly retryAfterMs: number;
  /** Of each bucket, in order, after the take. */
  readonly states: readonly BucketState[];
}

/** The answer to a reservation. */
export interface ReservationAnswer extends Take {
  /** Index of the first allowance without room; it is asked before the buckets are. Null where none refused. */
  readonly exhausted: number | null;
  /** Held in each allowance, in order, before this reservation. */
  readonly held: readonly number[];
}

/** What the counters hold of some ids, for whoever looks. */
export interface CounterView {
  readonly buckets: readonly BucketState[];
  readonly held: readonly number[];
}

/**
 * The counters behind rate limits and budgets, in this process (MemoryLimitCounters) or shared by all gateways on
 * one database. Requests at once are not here: the queue counts them, with the slots.
 * `test/admission/limit-counters.contract.ts` states the guarantees; every implementation must pass it:
 *
 * - Each call is atomic: of several buckets and allowances, all are taken or none. Several processes that
 *   share the counters together never admit more than one process would.
 * - Exact: a refused take succeeds `retryAfterMs` later if nobody else takes, and not a millisecond sooner.
 * - A take larger than its bucket is admitted when the bucket is full, and leaves it in debt.
 * - Nothing stays behind: `settle` and `release` take an id once; a second time, or an unknown id, changes
 *   nothing. What a process held that has died is given back within a minute.
 * - No call throws or rejects: an implementation whose store is away falls back by itself, and tells.
 * - A call that does not have to wait returns its value and no promise: the request path costs no tick then.
 * - Ids are opaque, and forgotten when they stand as if never used.
 */
export abstract class LimitCounters {
  /** Takes one from each bucket, or none: a request comes in. */
  abstract take(buckets: readonly Bucket[]): Awaitable<Take>;

  /** Sets a request's tokens aside in every bucket and allowance, or in none. An id is reserved once. */
  abstract reserve(reservation: Reservation): Awaitable<ReservationAnswer>;

  /**
   * The request has used so many tokens: its buckets are charged the difference (back or on top), and from now on
   * its allowances hold what was used.
   */
  abstract settle(id: string, tokens: number): Awaitable<void>;

  /** Its allowances hold nothing for it any more: the request log's sums contain it. Settles as 0 where that was not done. */
  abstract release(id: string): Awaitable<void>;

  abstract view(buckets: readonly Bucket[], allowances: readonly string[]): Awaitable<CounterView>;
}
