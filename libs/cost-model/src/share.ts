/** What one request was charged of its host's energy. */
export interface Share {
  readonly energyPj: bigint;
  /** pJ × µ¤/kWh; null when the time was priced in two currencies, which have no sum. */
  readonly costNumerator: bigint | null;
  /** ISO 4217; of the latest time where there were two. */
  readonly currency: string;
  /** µs in which the request was active. */
  readonly activeUs: number;
  /** Each of those µs counted once per request that was active in it. */
  readonly sharedUs: number;
}

/** Two shares of one request; `later` is the one of the later time. */
export function addShares(earlier: Share, later: Share): Share {
  const oneCurrency = earlier.currency === later.currency;
  return {
    energyPj: earlier.energyPj + later.energyPj,
    costNumerator:
      oneCurrency && earlier.costNumerator !== null && later.costNumerator !== null
        ? earlier.costNumerator + later.costNumerator
        : null,
    currency: later.currency,
    activeUs: earlier.activeUs + later.activeUs,
    sharedUs: earlier.sharedUs + later.sharedUs,
  };
}

/** Mean number of requests, itself included, that were active while this one was; 1 when it never was. */
export function meanConcurrency(share: Share): number {
  return share.activeUs === 0 ? 1 : share.sharedUs / share.activeUs;
}
