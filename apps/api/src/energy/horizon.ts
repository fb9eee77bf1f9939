import type { RunningExchange } from '../exchange/in-flight';

/** What is known of one host in one instant, read before the rows are: what leaves it meanwhile is stored by then. */
export interface HostView {
  readonly nowUs: number;
  readonly running: readonly RunningExchange[];
  readonly unstoredFromUs: number | null;
}

/** How far a host's time can be settled, Unix µs. */
export interface Horizon {
  readonly toUs: number;
  /** Up to here everybody who was active is known; at most `toUs`. */
  readonly certainToUs: number;
}

/**
 * Time is settled up to now, but not past what a running request or an unstored record may still claim. A stored
 * row does not wait for running requests for ever: the time up to `overdueUs`, the end of the newest row that has
 * waited `ENERGY_SETTLE_MS`, is settled with what is known. It does wait for unstored records, which hold exact
 * intervals and are on their way.
 */
export function horizonOf(view: HostView, overdueUs: number | null): Horizon {
  const storedToUs = Math.min(view.nowUs, view.unstoredFromUs ?? Infinity);
  const certainToUs = Math.min(storedToUs, ...view.running.map((exchange) => exchange.slotFromUs));
  return { certainToUs, toUs: Math.max(certainToUs, Math.min(storedToUs, overdueUs ?? -Infinity)) };
}

/**
 * A horizon that waits for the samples that cover it: time is settled as far as they reach, and further only once it
 * is older than `overdueFromUs`; a constant then stands in for them.
 */
export function covered(horizon: Horizon, coveredToUs: number, overdueFromUs: number): Horizon {
  return within(horizon, Math.max(coveredToUs, overdueFromUs));
}

/** The part of a horizon up to an instant. */
export function within({ toUs, certainToUs }: Horizon, limitUs: number): Horizon {
  return { toUs: Math.min(toUs, limitUs), certainToUs: Math.min(certainToUs, limitUs) };
}
