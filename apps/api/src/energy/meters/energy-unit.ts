import { PJ_PER_JOULE, PJ_PER_WH } from '@ollameter/cost-model';
import { type DeviceReading, MeterError, ofWatts } from './meter-driver';

export type MeterUnit = 'W' | 'kW' | 'mW' | 'J' | 'Wh' | 'kWh';

const WATTS: Partial<Record<string, number>> = { W: 1, kW: 1_000, mW: 0.001 };
/** pJ of a millionth of the unit: counters are told with at most six digits that matter. */
const MILLIONTHS: Partial<Record<string, bigint>> = {
  J: PJ_PER_JOULE / 1_000_000n,
  Wh: PJ_PER_WH / 1_000_000n,
  kWh: (PJ_PER_WH * 1_000n) / 1_000_000n,
};

/** A single value with its unit: power, or a counter that a fall resets. @throws MeterError */
export function ofValue(value: number, unit: string | undefined): DeviceReading {
  const watts = unit === undefined ? undefined : WATTS[unit];
  if (watts !== undefined) return ofWatts(value * watts);
  const millionth = unit === undefined ? undefined : MILLIONTHS[unit];
  if (millionth === undefined)
    throw new MeterError(`has the unit ${JSON.stringify(unit ?? null)}; expected W, kW, mW, J, Wh or kWh`);
  return {
    milliwatts: null,
    counters: [{ part: '', picojoules: BigInt(Math.round(value * 1e6)) * millionth, wrapsAt: null }],
  };
}
