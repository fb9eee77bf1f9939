import { toCost, toEnergyWh } from '@ollameter/cost-model';
import type { UsageCharge } from '@ollameter/openai-contract';
import type { ChargeEstimate } from './charge-estimator.service';

/** A charge as an answer's headers tell it. An unknown cost has no header. */
export function toChargeHeaders(charge: ChargeEstimate): Record<string, string> {
  return {
    ...(charge.costNumerator !== null && {
      'x-ollameter-cost': toCost(charge.costNumerator),
      'x-ollameter-currency': charge.currency,
    }),
    'x-ollameter-energy-wh': String(toEnergyWh(charge.energyPj)),
    'x-ollameter-energy-quality': charge.quality,
  };
}

/** The same in an answer's `usage`. */
export function toUsageCharge(charge: ChargeEstimate): UsageCharge {
  return {
    energy_wh: toEnergyWh(charge.energyPj),
    energy_quality: charge.quality,
    cost: charge.costNumerator === null ? null : toCost(charge.costNumerator),
    currency: charge.currency,
  };
}
