import { type EnergySlice, fromNumeric, type Share, toNumeric } from '@ollameter/cost-model';

/** A slice as it stands in a `slices` column: big integers as text, which JSON numbers would round. */
export interface StoredSlice {
  from: number;
  to: number;
  phase: EnergySlice['phase'];
  pj: string;
  floor: string;
  host: string;
  shared: number;
  rate: string;
  currency: string;
  tariff: number;
}

export function toStoredSlices({ slices }: Share): StoredSlice[] {
  return slices.map((slice) => ({
    from: slice.fromUs,
    to: slice.toUs,
    phase: slice.phase,
    pj: toNumeric(slice.energyPj),
    floor: toNumeric(slice.floorPj),
    host: toNumeric(slice.hostPj),
    shared: slice.sharedUs,
    rate: String(slice.rateMicrosPerKwh),
    currency: slice.currency,
    tariff: slice.tariffVersionId,
  }));
}

export function fromStoredSlices(stored: readonly StoredSlice[]): Share {
  return {
    slices: stored.map((slice) => ({
      fromUs: slice.from,
      toUs: slice.to,
      phase: slice.phase,
      energyPj: fromNumeric(slice.pj),
      floorPj: fromNumeric(slice.floor),
      hostPj: fromNumeric(slice.host),
      sharedUs: slice.shared,
      rateMicrosPerKwh: BigInt(slice.rate),
      currency: slice.currency,
      tariffVersionId: slice.tariff,
    })),
  };
}
