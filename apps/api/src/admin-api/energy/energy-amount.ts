import type { EnergyAmount } from '@ollameter/admin-contract';
import { divide, toCost, toEnergyWh } from '@ollameter/cost-model';

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

export function sumAmounts(amounts: readonly ExactAmount[]): ExactAmount {
  return amounts.reduce(addAmounts, NO_ENERGY);
}

/** Divides an amount by weights, exactly; the cost may be negative. Without a positive weight there are no parts. */
export function splitAmount(amount: ExactAmount, weights: readonly bigint[]): ExactAmount[] {
  if (!weights.some((weight) => weight > 0n)) return weights.map(() => NO_ENERGY);
  const energies = divide(amount.energyPj, weights);
  const isNegative = amount.costNumerator < 0n;
  const costs = divide(isNegative ? -amount.costNumerator : amount.costNumerator, weights);
  return energies.map((energyPj, index) => {
    const cost = costs[index] ?? 0n;
    return { energyPj, costNumerator: isNegative ? -cost : cost };
  });
}
