import { ENERGY_KINDS, type EnergyAmount, type EnergyKind } from '@ollameter/admin-contract';
import { addAmounts, type ExactAmount, NO_ENERGY, subtractAmounts, toEnergyAmount } from './energy-amount';
import type { LedgerBucket } from './energy-ledger.repository';

export type ExactByKind = Record<EnergyKind, ExactAmount>;

export function sumByKind(buckets: readonly LedgerBucket[]): ExactByKind {
  const sums: ExactByKind = { request: NO_ENERGY, load: NO_ENERGY, idle: NO_ENERGY, other: NO_ENERGY };
  for (const bucket of buckets) sums[bucket.kind] = addAmounts(sums[bucket.kind], bucket);
  return sums;
}

/** The marginal view: requests and loading pay what they drew above the idle floor, which goes to idle. Same total. */
export function marginalByKind(buckets: readonly LedgerBucket[]): ExactByKind {
  const sums = sumByKind(buckets);
  for (const { kind, floor } of buckets) {
    sums[kind] = subtractAmounts(sums[kind], floor);
    sums.idle = addAmounts(sums.idle, floor);
  }
  return sums;
}

export function totalOfKinds(sums: ExactByKind): ExactAmount {
  return ENERGY_KINDS.reduce((total, kind) => addAmounts(total, sums[kind]), NO_ENERGY);
}

export function toAmountsByKind(sums: ExactByKind): Record<EnergyKind, EnergyAmount> {
  return {
    request: toEnergyAmount(sums.request),
    load: toEnergyAmount(sums.load),
    idle: toEnergyAmount(sums.idle),
    other: toEnergyAmount(sums.other),
  };
}
