import { bucketOf, type LedgerAmount } from '@ollameter/cost-model';
import type { SettledRequest } from './settlement';

/** What a request used in one quarter hour; its key and model are its row's. */
export interface EnergyByKey extends LedgerAmount {
  readonly id: string;
  /** Unix µs. */
  readonly bucketUs: number;
  readonly currency: string;
}

export function toEnergyByKey({ id, share }: SettledRequest): EnergyByKey[] {
  return share.slices.map((slice) => ({
    id,
    bucketUs: bucketOf(slice.fromUs),
    currency: slice.currency,
    energyPj: slice.energyPj,
    costNumerator: slice.energyPj * slice.rateMicrosPerKwh,
    floorPj: slice.floorPj,
    floorCostNumerator: slice.floorPj * slice.rateMicrosPerKwh,
  }));
}
