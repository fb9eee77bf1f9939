import type { Activity } from './activity';
import { costOf } from './cost';
import { energyOf } from './energy';
import { BUCKET_US, Ledger, type LedgerLine } from './ledger';
import type { PowerStep } from './power';
import { Participants } from './participants';
import type { Share } from './share';
import type { Tariff } from './tariff';

/** A stretch of one host's time and all that is known of it. Times are integer Unix µs, the end exclusive. */
export interface SweepWindow {
  readonly fromUs: number;
  readonly toUs: number;
  /** In the order of time; the first is in force at `fromUs`. */
  readonly power: readonly [PowerStep, ...PowerStep[]];
  readonly tariff: Tariff;
  /** In any order; ids are unique. What lies outside the window is left out. */
  readonly activities: readonly Activity[];
}

export interface Sweep {
  /** By request id; only requests that were active within the window. */
  readonly shares: ReadonlyMap<string, Share>;
  readonly ledger: readonly LedgerLine[];
  /** All that the host drew in the window: Σ shares + idle. */
  readonly meteredPj: bigint;
}

/**
 * Shares a host's energy among its requests. Time is cut wherever anything changes (a request starts or ends, the
 * power steps, the tariff or the bucket turns); each slice is shared equally among the requests active in it, the
 * indivisible rest one pJ each to the lowest ids, and belongs to `idle` when there are none. So
 * Σ shares + idle = metered, exactly, in energy and in cost; waiting costs nothing.
 *
 * Work is O(cuts × active) with small steps, O(cuts) for the big integers.
 */
export function sweep(window: SweepWindow): Sweep {
  const { tariff, toUs } = window;
  const participants = new Participants(window.activities, window.fromUs, toUs);
  const ledger = new Ledger();
  let meteredPj = 0n;
  let version = tariff.at(window.fromUs);
  let atUs = window.fromUs;
  let stepIndex = 0;
  while (atUs < toUs) {
    stepIndex = stepAt(window.power, stepIndex, atUs);
    participants.release(atUs, version);
    const versionNow = tariff.at(atUs);
    if (versionNow !== version) participants.price(version);
    version = versionNow;
    participants.admit(atUs);
    const busy = participants.active > 0;
    const milliwatts = drawOf(window.power[stepIndex] ?? window.power[0], busy);
    const endUs = Math.min(
      toUs,
      participants.nextChangeUs,
      window.power[stepIndex + 1]?.fromUs ?? Infinity,
      nextVersionUs(tariff, atUs),
      // Time without any draw leaves no ledger line, however many buckets it spans.
      milliwatts === 0 ? Infinity : nextBucketUs(atUs),
    );
    const energyPj = energyOf(milliwatts, endUs - atUs);
    participants.share(energyPj, endUs - atUs);
    ledger.add(
      atUs,
      busy ? 'request' : 'idle',
      version.currency,
      energyPj,
      costOf(energyPj, version.rateMicrosPerKwh),
    );
    meteredPj += energyPj;
    atUs = endUs;
  }
  return { shares: participants.finish(version), ledger: ledger.lines, meteredPj };
}

/** Index of the step in force, searched from an earlier one on. */
function stepAt(power: readonly PowerStep[], index: number, atUs: number): number {
  let found = index;
  for (let next = power[found + 1]; next !== undefined && next.fromUs <= atUs; next = power[found + 1])
    found += 1;
  return found;
}

function drawOf(step: PowerStep, busy: boolean): number {
  return busy ? step.activeMilliwatts : step.idleMilliwatts;
}

function nextVersionUs(tariff: Tariff, atUs: number): number {
  return tariff.versions.find((version) => version.validFromUs > atUs)?.validFromUs ?? Infinity;
}

function nextBucketUs(atUs: number): number {
  return (Math.floor(atUs / BUCKET_US) + 1) * BUCKET_US;
}
