import type { Carbon, CarbonFactor } from '@ollameter/admin-contract';
import { toEnergyWh, toGramsPerKwh } from '@ollameter/cost-model';

/** US EPA eGRID2023, subregion CAMX: 429.98 lb CO2e per MWh. */
export const DEFAULT_FACTOR: CarbonFactor = {
  gramsPerKwh: Math.round(toGramsPerKwh(429.98)),
  kind: 'average',
  source: 'US EPA eGRID2023, CAMX (California)',
  date: '2023-12-31',
  estimated: true,
};

/** Grams of an energy by a yearly average factor; an average and a marginal one are never mixed. */
export function toCarbon(energyPj: bigint, gramsPerKwh: number): Carbon {
  const factor: CarbonFactor =
    gramsPerKwh === DEFAULT_FACTOR.gramsPerKwh
      ? DEFAULT_FACTOR
      : { ...DEFAULT_FACTOR, gramsPerKwh, source: 'CARBON_GRAMS_PER_KWH', date: '', estimated: true };
  return { grams: Number(((toEnergyWh(energyPj) / 1_000) * gramsPerKwh).toPrecision(6)), factor };
}
