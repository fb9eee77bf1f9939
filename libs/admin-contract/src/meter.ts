export const METER_KINDS = [
  'constant',
  'nvidia',
  'macmon',
  'rapl',
  'shelly',
  'home_assistant',
  'prometheus',
  'tasmota',
  'amd_gpu',
] as const;
export type MeterKind = (typeof METER_KINDS)[number];

/** What a meter sees. Scopes are never added: of a host's meters, the one that sees most counts. */
export const METER_SCOPES = ['wall', 'soc', 'gpu', 'cpu', 'constant'] as const;
export type MeterScope = (typeof METER_SCOPES)[number];

/** What each kind needs; fields of other kinds are refused. */
export interface MeterSettings {
  /** shelly, tasmota, home_assistant, prometheus, macmon: http(s) address of the device or server. */
  url?: string;
  /** shelly: number of the switch, 0 where not said. */
  channel?: number;
  /** home_assistant: `sensor.plug_power`. */
  entity?: string;
  /** prometheus: PromQL that gives one value, watts or a counter of joules. */
  query?: string;
  /** home_assistant, prometheus: unit of the value where the source tells none. */
  unit?: 'W' | 'kW' | 'mW' | 'J' | 'Wh' | 'kWh';
  /** home_assistant token, prometheus bearer, shelly or tasmota password; shown as `true` only. */
  secret?: string | boolean;
  /** shelly, tasmota: user, `admin` where not said. */
  user?: string;
  /** nvidia, macmon: path of the program where it is not on PATH. */
  program?: string;
  /** nvidia, amd_gpu: cards by index; all where not said. */
  devices?: number[];
  /** rapl, amd_gpu: root of the file tree, /sys/class/powercap or /sys/class/drm where not said. */
  path?: string;
  /** constant: watts while requests are active, while none is, and while a model loads. */
  activeWatts?: number;
  idleWatts?: number;
  loadWatts?: number;
  /** constant: active watts by model. */
  modelWatts?: Record<string, number>;
}

/** `POST /api/meters`. */
export interface MeterInput {
  name: string;
  kind: MeterKind;
  /** Name of the Ollama host whose machine it measures. */
  host: string;
  settings: MeterSettings;
  /** Multiplies every reading: from the chip to the wall, or for one plug of several machines. Default 1. */
  calibration?: number;
  intervalMs?: number;
  enabled?: boolean;
  /** What it sees where the kind does not say (home_assistant, prometheus). */
  scope?: MeterScope;
}

export interface MeterReading {
  /** ISO, UTC. */
  at: string;
  watts: number | null;
  /** The device's own running total, calibrated; null where it has none. */
  counterWh: number | null;
}

export interface MeterItem extends Omit<Required<MeterInput>, 'calibration'> {
  id: string;
  calibration: number;
  /** True for the one meter of the host whose readings are settled. */
  counts: boolean;
  /** `stale` after three intervals without a reading: the constant stands in, as an estimate. */
  state: 'off' | 'waiting' | 'ok' | 'stale';
  lastReading: MeterReading | null;
  /** Why the last try failed; null when it did not. */
  lastError: string | null;
  /** `environment`: POWER_WATTS and IDLE_WATTS, which are changed there. */
  origin: 'environment' | 'portal';
}

export interface MeterList {
  items: MeterItem[];
}

/** `POST /api/meters/{id}/test` and `POST /api/meters/test` (a MeterInput that is not stored). */
export interface MeterTest {
  ok: boolean;
  reading: MeterReading | null;
  scope: MeterScope;
  error: string | null;
  tookMs: number;
}

/** `GET /api/meters/detect`: what was found on this machine, ready to be posted. */
export interface MeterDetection {
  items: { input: MeterInput; reading: MeterReading | null; note: string }[];
}

/** `GET /api/energy/power`: each host's draw now. */
export interface PowerNow {
  items: {
    host: string;
    watts: number;
    quality: 'measured' | 'estimated' | 'constant';
    source: string;
    scope: MeterScope;
    at: string;
  }[];
}
