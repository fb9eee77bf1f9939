import type { Activity, TimeSpan } from './activity';
import { energyOf } from './energy';
import { BUCKET_US, bucketOf, Ledger, type LedgerLine } from './ledger';
import { Participants } from './participants';
import { energyBetween, type HostState, type MeteredSpan, type PowerStep } from './power';
import type { Sharing } from './request-weight';
import type { Share } from './share';
import type { Tariff } from './tariff';

/** A stretch of one host's time and all that is known of it. Times are integer Unix µs, the end exclusive. */
export interface SweepWindow extends TimeSpan {
  /** In the order of time; the first is in force at `fromUs`. */
  readonly power: readonly [PowerStep, ...PowerStep[]];
  readonly tariff: Tariff;
  /** In any order; ids are unique. What lies outside the window is left out. */
  readonly activities: readonly Activity[];
  /** When models were loaded, in any order; counts where no request is active. */
  readonly loading?: readonly TimeSpan[];
  /** How a stretch is shared among its requests; equally where not said. */
  readonly sharing?: Sharing;
}

export interface Sweep {
  /** By request id; only requests that were active within the window. */
  readonly shares: ReadonlyMap<string, Share>;
  readonly ledger: readonly LedgerLine[];
  /** All that the host drew in the window: Σ shares + load + idle. */
  readonly meteredPj: bigint;
  /** What of it is an estimate's: the time in which a constant stood in for a meter, in order. */
  readonly standIns: readonly MeteredSpan[];
}

/**
 * Shares a host's energy among its requests. Time is cut wherever anything changes (a request starts, changes its
 * phase or ends, the power steps, the rate or the quarter hour turns); each stretch is shared among the requests
 * active in it, the indivisible rest one pJ each, and belongs to `load` or `idle` when there are none. So
 * Σ shares + load + idle = metered, exactly, in energy and in cost; waiting costs nothing.
 *
 * Work is O(cuts × active) with small steps, O(cuts) for the big integers where shares are equal.
 */
export function sweep(window: SweepWindow): Sweep {
  const { tariff, toUs } = window;
  const participants = new Participants(window.activities, window.fromUs, toUs, window.sharing ?? 'equal');
  const loading = new Loading(window.loading ?? []);
  const ledger = new Ledger();
  const standIns: MeteredSpan[] = [];
  let meteredPj = 0n;
  let rate = tariff.at(window.fromUs);
  let bucketEndUs = bucketOf(window.fromUs) + BUCKET_US;
  let atUs = window.fromUs;
  let stepIndex = 0;
  while (atUs < toUs) {
    stepIndex = stepAt(window.power, stepIndex, atUs);
    const step = window.power[stepIndex] ?? window.power[0];
    participants.release(atUs, rate);
    if (atUs >= rate.untilUs || atUs >= bucketEndUs) {
      participants.cut(rate);
      if (atUs >= rate.untilUs) rate = tariff.at(atUs);
      bucketEndUs = bucketOf(atUs) + BUCKET_US;
    }
    participants.turn(atUs, rate);
    participants.admit(atUs);
    const state: HostState = participants.active > 0 ? 'request' : loading.isAt(atUs) ? 'load' : 'idle';
    const changeUs = Math.min(
      toUs,
      participants.nextChangeUs,
      window.power[stepIndex + 1]?.fromUs ?? Infinity,
      state === 'request' ? Infinity : loading.nextChangeUs(atUs),
    );
    // Time without any draw leaves no ledger line, however many quarter hours it spans.
    const isSilent = state !== 'request' && energyBetween(step, atUs, changeUs, state) === 0n;
    const endUs = isSilent ? changeUs : Math.min(changeUs, rate.untilUs, bucketEndUs);
    const energyPj = energyBetween(step, atUs, endUs, state, drawOf(step, participants));
    const floorPj = state === 'idle' ? 0n : smaller(energyPj, energyOf(step.idleMilliwatts, endUs - atUs));
    participants.share(energyPj, floorPj, endUs - atUs);
    ledger.add(atUs, state, rate.version.currency, rate.rateMicrosPerKwh, energyPj, floorPj);
    if (!('energyPj' in step) && step.estimated === true)
      append(standIns, { fromUs: atUs, toUs: endUs, energyPj });
    meteredPj += energyPj;
    atUs = endUs;
  }
  return { shares: participants.finish(rate), ledger: ledger.lines, meteredPj, standIns };
}

/** Adds a span behind the others, joined to the last one where it goes on in the same quarter hour. */
function append(spans: MeteredSpan[], { fromUs, toUs, energyPj }: MeteredSpan): void {
  const last = spans.at(-1);
  if (last?.toUs !== fromUs || bucketOf(last.fromUs) !== bucketOf(fromUs)) {
    spans.push({ fromUs, toUs, energyPj });
    return;
  }
  spans[spans.length - 1] = { fromUs: last.fromUs, toUs, energyPj: last.energyPj + energyPj };
}

/** When models were loaded, looked up in the order of time. */
class Loading {
  private readonly spans: readonly TimeSpan[];
  private passed = 0;

  constructor(spans: readonly TimeSpan[]) {
    this.spans = spans.filter(({ fromUs, toUs }) => fromUs < toUs).toSorted((a, b) => a.fromUs - b.fromUs);
  }

  isAt(us: number): boolean {
    this.pass(us);
    return this.spans.slice(this.passed).some(({ fromUs, toUs }) => fromUs <= us && us < toUs);
  }

  /** The next start or end after an instant. */
  nextChangeUs(us: number): number {
    let next = Infinity;
    for (const { fromUs, toUs } of this.spans.slice(this.passed)) {
      if (fromUs > us) return Math.min(next, fromUs);
      if (toUs > us) next = Math.min(next, toUs);
    }
    return next;
  }

  private pass(us: number): void {
    while ((this.spans[this.passed]?.toUs ?? Infinity) <= us) this.passed += 1;
  }
}

/** Index of the step in force, searched from an earlier one on. */
function stepAt(power: readonly PowerStep[], index: number, atUs: number): number {
  let found = index;
  for (let next = power[found + 1]; next !== undefined && next.fromUs <= atUs; next = power[found + 1])
    found += 1;
  return found;
}

/** A constant meter's draw by the models that are active: the largest counts, the host's own among them. */
function drawOf(step: PowerStep, participants: Participants): number | undefined {
  const own = participants.milliwatts;
  if (own === undefined || 'energyPj' in step || !participants.anyWithoutDraw) return own;
  return Math.max(own, step.activeMilliwatts);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
