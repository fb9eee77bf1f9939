import type { MeterItem } from '@ollameter/admin-contract';
import type { MeterRecord } from '../../energy/meters/meter.repository';
import type { HostConstant } from '../../energy/meters/power-era';
import type { RunningMeter } from '../../energy/meters/running-meter';

/** What the API tells of a meter; never its secret. */
export function toMeterItem(
  record: MeterRecord,
  running: RunningMeter | null,
  counts: boolean,
  constant: HostConstant,
  settleMs: number,
): MeterItem {
  const { secret, ...told } = record;
  const state = running?.state ?? 'off';
  return {
    ...told,
    hasSecret: secret !== null,
    counts,
    state,
    reason: running?.reason ?? null,
    standIn: state === 'stale' ? standInOf(constant) : null,
    lastReading: running?.lastReading ?? null,
    warning: running === null || record.kind === 'constant' ? null : tooRare(running.stepMs, settleMs),
    origin: 'portal',
  };
}

/** POWER_WATTS and IDLE_WATTS of a host that has no constant of its own. */
export function toEnvironmentItem(host: string, constant: HostConstant, counts: boolean): MeterItem {
  return {
    id: `environment:${host}`,
    name: 'POWER_WATTS',
    kind: 'constant',
    host,
    settings: standInOf(constant),
    calibration: 1,
    intervalMs: 1_000,
    enabled: true,
    scope: 'constant',
    hasSecret: false,
    counts,
    state: 'live',
    reason: null,
    standIn: null,
    lastReading: null,
    warning: null,
    origin: 'environment',
  };
}

/** For the audit: what a record says, with no more of the secret than whether there is one. */
export function auditedMeter({ secret, ...told }: MeterRecord): object {
  return { ...told, hasSecret: secret !== null };
}

/** Why time is settled before a meter that tells so rarely has told of it. */
function tooRare(stepMs: number, settleMs: number): string | null {
  if (2 * stepMs <= settleMs) return null;
  const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
  return `It tells its energy every ${seconds(stepMs)}, and a charge waits ${seconds(settleMs)} for it: much is an estimate first. Read it at least every ${seconds(settleMs / 2)}, or set ENERGY_SETTLE_MS to ${Math.ceil(2 * stepMs)}.`;
}

function standInOf({ activeMilliwatts, idleMilliwatts }: HostConstant): {
  activeWatts: number;
  idleWatts: number;
} {
  return { activeWatts: activeMilliwatts / 1_000, idleWatts: idleMilliwatts / 1_000 };
}
