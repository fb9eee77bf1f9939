import { PJ_PER_JOULE, PJ_PER_WH } from '@ollameter/cost-model';
import { type DeviceReading, MeterError, ofWatts } from './meter-driver';

const WATTS = new Map([
  ['mW', 0.001],
  ['W', 1],
  ['kW', 1_000],
]);
const PJ_PER_UNIT = new Map([
  ['mJ', PJ_PER_JOULE / 1_000n],
  ['J', PJ_PER_JOULE],
  ['kJ', PJ_PER_JOULE * 1_000n],
  ['MJ', PJ_PER_JOULE * 1_000_000n],
  ['mWh', PJ_PER_WH / 1_000n],
  ['Wh', PJ_PER_WH],
  ['kWh', PJ_PER_WH * 1_000n],
  ['MWh', PJ_PER_WH * 1_000_000n],
]);
/** Counters are read to this part of their unit. */
const MILLION = 1_000_000;

/** A single value with its unit: power, or a counter that a fall resets. @throws MeterError */
export function ofValue(value: number, unit: string | undefined): DeviceReading {
  const watts = WATTS.get(unit ?? '');
  if (watts !== undefined) return ofWatts(value * watts);
  const perUnit = PJ_PER_UNIT.get(unit ?? '');
  if (perUnit === undefined) {
    const known = [...WATTS.keys(), ...PJ_PER_UNIT.keys()].join(', ');
    throw new MeterError(
      unit === undefined
        ? `tells no unit; set one of ${known}`
        : `has the unit ${JSON.stringify(unit.slice(0, 20))}; expected one of ${known}`,
    );
  }
  const picojoules = (BigInt(Math.round(value * MILLION)) * perUnit) / BigInt(MILLION);
  return { milliwatts: null, counters: [{ part: '', picojoules, wrapsAt: null }] };
}
