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

/** What the settings say of the grid: one factor of one kind for all of a report. */
export interface GridCarbon {
  readonly gramsPerKwh: number;
  readonly kind: CarbonFactor['kind'];
  /** Empty where not said. */
  readonly source: string;
}

/**
 * Grams of an energy by one factor. An average one says what the grid's mix emits, a marginal one what a kWh more
 * makes it emit; a report has one or the other.
 */
export function toCarbon(energyPj: bigint, { gramsPerKwh, kind, source }: GridCarbon): Carbon {
  const isDefault =
    gramsPerKwh === DEFAULT_FACTOR.gramsPerKwh && kind === DEFAULT_FACTOR.kind && source === '';
  const factor: CarbonFactor = isDefault
    ? DEFAULT_FACTOR
    : { gramsPerKwh, kind, source: source || 'CARBON_GRAMS_PER_KWH', date: '', estimated: true };
  return { grams: Number(((toEnergyWh(energyPj) / 1_000) * gramsPerKwh).toPrecision(6)), factor };
}
