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
    origin: 'environment',
  };
}

/** For the audit: what a record says, with no more of the secret than whether there is one. */
export function auditedMeter({ secret, ...told }: MeterRecord): object {
  return { ...told, hasSecret: secret !== null };
}

function standInOf({ activeMilliwatts, idleMilliwatts }: HostConstant): {
  activeWatts: number;
  idleWatts: number;
} {
  return { activeWatts: activeMilliwatts / 1_000, idleWatts: idleMilliwatts / 1_000 };
}
