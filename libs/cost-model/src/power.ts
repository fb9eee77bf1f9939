import type { TimeSpan } from './activity';
import { energyOf } from './energy';

/**
 * A constant meter: what the host draws from an instant until the next step's. An estimate is a constant that
 * stands in for a meter that was silent.
 */
export interface ConstantStep {
  /** Unix µs. */
  readonly fromUs: number;
  /** Integer mW while at least one request is active. */
  readonly activeMilliwatts: number;
  /** Integer mW while none is: the idle floor. */
  readonly idleMilliwatts: number;
  /** Integer mW while a model is loaded and no request is active; the idle floor where not said. */
  readonly loadMilliwatts?: number;
  readonly estimated?: boolean;
}

/** What a meter counted between two samples, whatever the host was doing. */
export interface MeteredSpan extends TimeSpan {
  readonly energyPj: bigint;
}

/** A span that ends with the covering sample; the next step begins there or later. */
export interface MeteredStep extends MeteredSpan {
  /** The idle floor, mW. */
  readonly idleMilliwatts: number;
}

export type PowerStep = ConstantStep | MeteredStep;

/** What the host is doing. */
export type HostState = 'request' | 'load' | 'idle';

/**
 * Energy of a part of a span, which is spread evenly over its time by its running total, floored, so that its parts
 * sum to it exactly, however it is cut.
 */
export function meteredBetween(span: MeteredSpan, fromUs: number, toUs: number): bigint {
  return countedAt(span, toUs) - countedAt(span, fromUs);
}

/**
 * Energy of a stretch within one step.
 * @param activeMilliwatts replaces a constant step's own, where the active models have figures of their own
 */
export function energyBetween(
  step: PowerStep,
  fromUs: number,
  toUs: number,
  state: HostState,
  activeMilliwatts?: number,
): bigint {
  if ('energyPj' in step) return meteredBetween(step, fromUs, toUs);
  if (state === 'request') return energyOf(activeMilliwatts ?? step.activeMilliwatts, toUs - fromUs);
  if (state === 'load') return energyOf(step.loadMilliwatts ?? step.idleMilliwatts, toUs - fromUs);
  return energyOf(step.idleMilliwatts, toUs - fromUs);
}

function countedAt({ fromUs, toUs, energyPj }: MeteredSpan, atUs: number): bigint {
  if (atUs >= toUs) return energyPj;
  return atUs <= fromUs ? 0n : (energyPj * BigInt(atUs - fromUs)) / BigInt(toUs - fromUs);
}
