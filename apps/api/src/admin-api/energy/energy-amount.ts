import type { EnergyAmount } from '@ollameter/admin-contract';
import { toCost, toEnergyWh } from '@ollameter/cost-model';

/** Exact energy and cost of one currency. */
export interface ExactAmount {
  readonly energyPj: bigint;
  readonly costNumerator: bigint;
}

export const NO_ENERGY: ExactAmount = { energyPj: 0n, costNumerator: 0n };

export function toEnergyAmount({ energyPj, costNumerator }: ExactAmount): EnergyAmount {
  return {
    energyWh: toEnergyWh(energyPj),
    energyPj: String(energyPj),
    cost: toCost(costNumerator),
    costNumerator: String(costNumerator),
  };
}

export function addAmounts(a: ExactAmount, b: ExactAmount): ExactAmount {
  return { energyPj: a.energyPj + b.energyPj, costNumerator: a.costNumerator + b.costNumerator };
}

export function subtractAmounts(a: ExactAmount, b: ExactAmount): ExactAmount {
  return { energyPj: a.energyPj - b.energyPj, costNumerator: a.costNumerator - b.costNumerator };
}
