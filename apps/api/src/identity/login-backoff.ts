interface Failures {
  count: number;
  lastMs: number;
}

/** How fast waiting grows with failed attempts. */
export interface BackoffRule {
  /** Attempts before any wait. */
  freeAttempts: number;
  /** The wait doubles with each further attempt up to this. */
  maxWaitMs: number;
}

/** The first wait; each further one is twice the one before. */
export const FIRST_WAIT_MS = 1000;
/** After this long without an attempt the past is forgotten. */
export const FORGET_MS = 3_600_000;
/** More names than this are not remembered. */
export const MAX_NAMES = 10_000;

/**
 * Exponential back-off by name (an account, an address). An attempt counts when it starts, so that parallel
 * guesses count too; a success takes it back. Memory is bounded: the name longest untouched is forgotten first.
 */
export class LoginBackoff {
  private readonly failures = new Map<string, Failures>();

  constructor(
    private readonly rule: BackoffRule,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Milliseconds until this name may try again; 0 when it may now. */
  waitMs(name: string): number {
    const past = this.failures.get(name);
    if (past === undefined || past.count < this.rule.freeAttempts) return 0;
    const doublings = past.count - this.rule.freeAttempts;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** doublings, this.rule.maxWaitMs);
    return Math.max(0, past.lastMs + wait - this.nowMs());
  }

  /** Counts an attempt that is about to be made. */
  attempt(name: string): void {
    const nowMs = this.nowMs();
    const past = this.failures.get(name);
    const count = past === undefined || nowMs - past.lastMs > FORGET_MS ? 1 : past.count + 1;
    this.failures.delete(name);
    this.failures.set(name, { count, lastMs: nowMs });
    if (this.failures.size <= MAX_NAMES) return;
    const [oldest] = this.failures.keys();
    if (oldest !== undefined) this.failures.delete(oldest);
  }

  /** The account proved itself: all its attempts are forgotten. */
  clear(name: string): void {
    this.failures.delete(name);
  }

  /** Takes one attempt back without forgetting the others that came from the same address. */
  forgive(name: string): void {
    const past = this.failures.get(name);
    if (past === undefined) return;
    if (past.count <= 1) this.failures.delete(name);
    else past.count -= 1;
  }
}
