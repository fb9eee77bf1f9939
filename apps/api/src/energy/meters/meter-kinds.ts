import type { MeterKind, MeterSettings } from '@ollameter/admin-contract';

export interface MeterKindRules {
  readonly allowed: readonly (keyof MeterSettings)[];
  readonly required: readonly (keyof MeterSettings)[];
  readonly secret: 'none' | 'optional' | 'required';
  /** How often it is read where nobody says. */
  readonly intervalMs: number;
}

/** What each kind of meter takes. */
export const METER_KIND_RULES: Record<MeterKind, MeterKindRules> = {
  constant: {
    allowed: ['activeWatts', 'idleWatts', 'loadWatts', 'modelWatts'],
    required: ['activeWatts'],
    secret: 'none',
    intervalMs: 1_000,
  },
  nvidia: { allowed: ['program', 'devices'], required: [], secret: 'none', intervalMs: 1_000 },
  macmon: { allowed: ['url', 'program'], required: [], secret: 'none', intervalMs: 1_000 },
  rapl: { allowed: ['path'], required: [], secret: 'none', intervalMs: 1_000 },
  shelly: { allowed: ['url', 'channel', 'user'], required: ['url'], secret: 'optional', intervalMs: 1_000 },
  home_assistant: {
    allowed: ['url', 'entity', 'unit'],
    required: ['url', 'entity'],
    secret: 'required',
    intervalMs: 2_000,
  },
  prometheus: {
    allowed: ['url', 'query', 'unit', 'user'],
    required: ['url', 'query'],
    secret: 'optional',
    intervalMs: 2_000,
  },
  tasmota: { allowed: ['url', 'user'], required: ['url'], secret: 'optional', intervalMs: 1_000 },
  amd_gpu: { allowed: ['path', 'devices'], required: [], secret: 'none', intervalMs: 1_000 },
};
