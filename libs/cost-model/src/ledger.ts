/** Length of a ledger bucket: 15 minutes in µs. Every zone's offset is a multiple of it. */
export const BUCKET_US = 900_000_000;

/** What the energy was used for. */
export type EnergyKind = 'request' | 'idle';

/** Energy of one kind within one 15-minute UTC bucket, in one currency. */
export interface LedgerLine {
  /** Start of the bucket, Unix µs. */
  readonly bucketUs: number;
  readonly kind: EnergyKind;
  /** ISO 4217. */
  readonly currency: string;
  readonly energyPj: bigint;
  readonly costNumerator: bigint;
}

/** Sums what is metered into lines, in the order of time. */
export class Ledger {
  private readonly byKey = new Map<string, LedgerLine>();

  add(atUs: number, kind: EnergyKind, currency: string, energyPj: bigint, costNumerator: bigint): void {
    if (energyPj === 0n) return;
    const bucketUs = Math.floor(atUs / BUCKET_US) * BUCKET_US;
    const key = `${bucketUs} ${kind} ${currency}`;
    const before = this.byKey.get(key);
    this.byKey.set(key, {
      bucketUs,
      kind,
      currency,
      energyPj: energyPj + (before?.energyPj ?? 0n),
      costNumerator: costNumerator + (before?.costNumerator ?? 0n),
    });
  }

  get lines(): LedgerLine[] {
    return [...this.byKey.values()];
  }
}
