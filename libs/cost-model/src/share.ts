import type { Phase } from './activity';
import { bucketOf } from './ledger';

/** A stretch of a request's activity: one phase, one rate, one quarter hour. */
export interface EnergySlice {
  /** Unix µs, the end exclusive. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly phase: Phase;
  /** The request's share. */
  readonly energyPj: bigint;
  /** Of it what the host would have drawn idle. */
  readonly floorPj: bigint;
  /** What the whole host drew in that time. */
  readonly hostPj: bigint;
  /** Each µs counted once per request that was active in it. */
  readonly sharedUs: number;
  readonly rateMicrosPerKwh: bigint;
  readonly currency: string;
  readonly tariffVersionId: number;
}

/** What one request was charged of its host's energy; at least one slice, in the order of time. */
export interface Share {
  readonly slices: readonly EnergySlice[];
}

/** The sums of a share. */
export interface ShareTotal {
  readonly energyPj: bigint;
  /** pJ × µ¤/kWh; null when the time was priced in two currencies, which have no sum. */
  readonly costNumerator: bigint | null;
  readonly floorPj: bigint;
  readonly floorCostNumerator: bigint | null;
  /** ISO 4217; of the latest time where there were two; null without any slice. */
  readonly currency: string | null;
  /** µs in which the request was active. */
  readonly activeUs: number;
  /** Each of those µs counted once per request that was active in it. */
  readonly sharedUs: number;
}

export function totalOf({ slices }: Share): ShareTotal {
  const currency = slices.at(-1)?.currency ?? null;
  const oneCurrency = slices.every((slice) => slice.currency === currency);
  const sum = (of: (slice: EnergySlice) => bigint) => slices.reduce((total, slice) => total + of(slice), 0n);
  return {
    energyPj: sum((slice) => slice.energyPj),
    costNumerator: oneCurrency ? sum((slice) => slice.energyPj * slice.rateMicrosPerKwh) : null,
    floorPj: sum((slice) => slice.floorPj),
    floorCostNumerator: oneCurrency ? sum((slice) => slice.floorPj * slice.rateMicrosPerKwh) : null,
    currency,
    activeUs: slices.reduce((total, { fromUs, toUs }) => total + toUs - fromUs, 0),
    sharedUs: slices.reduce((total, slice) => total + slice.sharedUs, 0),
  };
}

/** Two shares of one request; `later` is the one of the later time. What was cut only in being settled is joined. */
export function addShares(earlier: Share, later: Share): Share {
  const slices = [...earlier.slices];
  for (const slice of later.slices) {
    const last = slices.at(-1);
    if (last !== undefined && isContinued(last, slice)) slices[slices.length - 1] = joined(last, slice);
    else slices.push(slice);
  }
  return { slices };
}

/** Mean number of requests, itself included, that were active while this one was; 1 when it never was. */
export function meanConcurrency(share: Share): number {
  const { activeUs, sharedUs } = totalOf(share);
  return activeUs === 0 ? 1 : sharedUs / activeUs;
}

function isContinued(last: EnergySlice, next: EnergySlice): boolean {
  return (
    last.toUs === next.fromUs &&
    last.phase === next.phase &&
    last.tariffVersionId === next.tariffVersionId &&
    last.rateMicrosPerKwh === next.rateMicrosPerKwh &&
    bucketOf(last.fromUs) === bucketOf(next.fromUs)
  );
}

function joined(last: EnergySlice, next: EnergySlice): EnergySlice {
  return {
    ...last,
    toUs: next.toUs,
    energyPj: last.energyPj + next.energyPj,
    floorPj: last.floorPj + next.floorPj,
    hostPj: last.hostPj + next.hostPj,
    sharedUs: last.sharedUs + next.sharedUs,
  };
}
