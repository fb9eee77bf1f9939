/** Length of a ledger bucket: 15 minutes in µs. Every zone's offset is a multiple of it. */
export const BUCKET_US = 900_000_000;

/** What the energy was used for. */
export type EnergyKind = 'request' | 'load' | 'idle' | 'other';

/** Energy and cost; of it the part that the host would have drawn idle. */
export interface LedgerAmount {
  readonly energyPj: bigint;
  readonly costNumerator: bigint;
  /** Of `request` and `load`: min(energy, idle floor × time); 0 of `idle` and `other`. */
  readonly floorPj: bigint;
  readonly floorCostNumerator: bigint;
}

/** Energy of one kind within one 15-minute UTC bucket, in one currency. */
export interface LedgerLine extends LedgerAmount {
  /** Start of the bucket, Unix µs. */
  readonly bucketUs: number;
  readonly kind: EnergyKind;
  /** ISO 4217. */
  readonly currency: string;
}

/** Start of the bucket that an instant is in, Unix µs. */
export function bucketOf(us: number): number {
  return Math.floor(us / BUCKET_US) * BUCKET_US;
}

/** What was added last and goes on: while nothing but time passes it costs two additions. */
interface OpenLine {
  readonly bucketUs: number;
  readonly currency: string;
  readonly rateMicrosPerKwh: bigint;
  energyPj: bigint;
  floorPj: bigint;
}

/** Sums what is metered into lines, in the order of time. */
export class Ledger {
  private readonly byKey = new Map<string, LedgerLine>();
  private readonly open = new Map<EnergyKind, OpenLine>();

  add(
    atUs: number,
    kind: EnergyKind,
    currency: string,
    rateMicrosPerKwh: bigint,
    energyPj: bigint,
    floorPj = 0n,
  ): void {
    if (energyPj === 0n) return;
    const bucketUs = bucketOf(atUs);
    const line = this.open.get(kind);
    if (
      line?.bucketUs === bucketUs &&
      line.rateMicrosPerKwh === rateMicrosPerKwh &&
      line.currency === currency
    ) {
      line.energyPj += energyPj;
      line.floorPj += floorPj;
      return;
    }
    this.close(kind);
    this.open.set(kind, { bucketUs, currency, rateMicrosPerKwh, energyPj, floorPj });
  }

  get lines(): LedgerLine[] {
    for (const kind of this.open.keys()) this.close(kind);
    return [...this.byKey.values()].sort((a, b) => a.bucketUs - b.bucketUs);
  }

  private close(kind: EnergyKind): void {
    const line = this.open.get(kind);
    if (line === undefined) return;
    this.open.delete(kind);
    const { bucketUs, currency, rateMicrosPerKwh, energyPj, floorPj } = line;
    const key = `${bucketUs} ${kind} ${currency}`;
    const before = this.byKey.get(key);
    this.byKey.set(key, {
      bucketUs,
      kind,
      currency,
      energyPj: energyPj + (before?.energyPj ?? 0n),
      costNumerator: energyPj * rateMicrosPerKwh + (before?.costNumerator ?? 0n),
      floorPj: floorPj + (before?.floorPj ?? 0n),
      floorCostNumerator: floorPj * rateMicrosPerKwh + (before?.floorCostNumerator ?? 0n),
    });
  }
}
