import {
  type Bucket,
  type BucketState,
  type CounterView,
  LimitCounters,
  type Reservation,
  type ReservationAnswer,
  type Take,
} from './limit-counters';
import { type BucketDebt, owedAt, remainingOf, resetMsOf, waitMsFor } from './token-bucket';

interface KnownDebt extends BucketDebt {
  perMinute: number;
}

interface Held {
  readonly reservation: Reservation;
  /** What its allowances hold. */
  tokens: number;
  settled: boolean;
}

const FIRST_SWEEP = 1_000;

/** The counters of one process. */
export class MemoryLimitCounters extends LimitCounters {
  private readonly debts = new Map<string, KnownDebt>();
  private readonly reservations = new Map<string, Held>();
  private readonly heldIn = new Map<string, number>();
  private sweepAt = FIRST_SWEEP;

  /** @param nowMs a clock that never goes back */
  constructor(private readonly nowMs: () => number = () => performance.now()) {
    super();
  }

  take(buckets: readonly Bucket[]): Take {
    return this.takeFrom(buckets, 1);
  }

  reserve(reservation: Reservation): ReservationAnswer {
    const { id, tokens, buckets, allowances } = reservation;
    const held = allowances.map((allowance) => this.heldIn.get(allowance.id) ?? 0);
    const exhausted = allowances.findIndex(({ room }, n) => room !== null && (held[n] ?? 0) >= room);
    if (exhausted >= 0)
      return { exhausted, held, refusedBy: null, retryAfterMs: 0, states: this.statesOf(buckets) };
    const take = this.takeFrom(buckets, tokens);
    if (take.refusedBy === null) {
      this.reservations.set(id, { reservation, tokens, settled: false });
      for (const allowance of allowances) add(this.heldIn, allowance.id, tokens);
    }
    return { ...take, exhausted: null, held };
  }

  settle(id: string, tokens: number): void {
    const held = this.reservations.get(id);
    if (held === undefined || held.settled) return;
    held.settled = true;
    const more = tokens - held.tokens;
    held.tokens = tokens;
    const nowMs = this.nowMs();
    for (const bucket of held.reservation.buckets)
      this.owe(bucket, Math.max(0, this.owed(bucket, nowMs) + more), nowMs);
    for (const allowance of held.reservation.allowances) add(this.heldIn, allowance.id, more);
    if (held.reservation.allowances.length === 0) this.reservations.delete(id);
  }

  release(id: string): void {
    this.settle(id, 0);
    const held = this.reservations.get(id);
    if (held === undefined) return;
    this.reservations.delete(id);
    for (const allowance of held.reservation.allowances) add(this.heldIn, allowance.id, -held.tokens);
  }

  view(buckets: readonly Bucket[], allowances: readonly string[]): CounterView {
    return {
      buckets: this.statesOf(buckets),
      held: allowances.map((id) => this.heldIn.get(id) ?? 0),
    };
  }

  private takeFrom(buckets: readonly Bucket[], amount: number): Take {
    const nowMs = this.nowMs();
    const owed = buckets.map((bucket) => this.owed(bucket, nowMs));
    const waitsMs = buckets.map(({ perMinute }, n) => waitMsFor(amount, owed[n] ?? 0, perMinute));
    const retryAfterMs = Math.max(0, ...waitsMs);
    const refusedBy = retryAfterMs > 0 ? waitsMs.indexOf(retryAfterMs) : null;
    if (refusedBy === null)
      buckets.forEach((bucket, n) => {
        owed[n] = (owed[n] ?? 0) + amount;
        this.owe(bucket, owed[n], nowMs);
      });
    return { refusedBy, retryAfterMs, states: buckets.map((bucket, n) => stateOf(bucket, owed[n] ?? 0)) };
  }

  private statesOf(buckets: readonly Bucket[]): BucketState[] {
    const nowMs = this.nowMs();
    return buckets.map((bucket) => stateOf(bucket, this.owed(bucket, nowMs)));
  }

  private owed({ id, perMinute }: Bucket, nowMs: number): number {
    const debt = this.debts.get(id);
    return debt === undefined ? 0 : owedAt(debt, perMinute, nowMs);
  }

  private owe({ id, perMinute }: Bucket, owed: number, nowMs: number): void {
    if (owed > 0) this.debts.set(id, { owed, atMs: nowMs, perMinute });
    else this.debts.delete(id);
    if (this.debts.size >= this.sweepAt) this.sweep(nowMs);
  }

  /** Buckets that are full again are forgotten, whenever the number of known ones has doubled. */
  private sweep(nowMs: number): void {
    for (const [id, debt] of this.debts) if (owedAt(debt, debt.perMinute, nowMs) === 0) this.debts.delete(id);
    this.sweepAt = Math.max(FIRST_SWEEP, this.debts.size * 2);
  }
}

function stateOf({ perMinute }: Bucket, owed: number): BucketState {
  return { remaining: remainingOf(owed, perMinute), resetMs: resetMsOf(owed, perMinute) };
}

/** What counts nothing is not kept. */
function add(counts: Map<string, number>, id: string, more: number): void {
  const count = (counts.get(id) ?? 0) + more;
  if (count > 0) counts.set(id, count);
  else counts.delete(id);
}
