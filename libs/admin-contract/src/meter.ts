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

/**
 * What a meter sees. Scopes that overlap are never added: a plug sees all of its machine, a SoC's meter its CPU and
 * GPU. A GPU's and a CPU's meter see different things, and both together count.
 */
export const METER_SCOPES = ['wall', 'soc', 'gpu', 'cpu', 'constant'] as const;
export type MeterScope = (typeof METER_SCOPES)[number];

export const METER_UNITS = ['W', 'kW', 'mW', 'mJ', 'J', 'Wh', 'kWh'] as const;
export type MeterUnit = (typeof METER_UNITS)[number];

/** What each kind needs; fields of other kinds are refused. */
export interface MeterSettings {
  /** shelly, tasmota, home_assistant, prometheus, macmon: http(s) address of the device or server. */
  url?: string;
  /** shelly: number of the switch, 0 where not said. */
  channel?: number;
  /** home_assistant: `sensor.plug_power`. */
  entity?: string;
  /** prometheus: PromQL that gives one value, watts or a counter. */
  query?: string;
  /** home_assistant, prometheus: unit of the value where the source tells none. */
  unit?: MeterUnit;
  /** shelly, tasmota, prometheus (basic instead of bearer): user; shelly and tasmota `admin` where not said. */
  user?: string;
  /** nvidia, macmon: absolute path of nvidia-smi or macmon where it is not on PATH. */
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
  /**
   * home_assistant token, prometheus bearer (or password), shelly or tasmota password. Kept encrypted, never sent
   * back. Null: none.
   */
  secret?: string | null;
  /** Multiplies every reading: from the chip to the wall, or for one plug of several machines. Default 1. */
  calibration?: number;
  /** 500 to 60,000, of most kinds by default 1,000. */
  intervalMs?: number;
  /** Default true. */
  enabled?: boolean;
  /** What it sees; needed by home_assistant and prometheus, told by the other kinds. */
  scope?: MeterScope;
}

/**
 * `PATCH /api/meters/{id}`: `settings` replaces all of them. A secret that is kept goes to the address it was given
 * for only: with another `settings.url` it has to be given again.
 */
export type MeterChange = Partial<Omit<MeterInput, 'kind'>>;

export interface MeterReading {
  /** ISO, UTC. */
  at: string;
  /** How long ago. */
  ageMs: number;
  /** Mean since the reading before; null where two readings are needed and there is one. */
  watts: number | null;
  /** The device's own running total, calibrated; null where it has none. */
  counterWh: number | null;
}

/**
 * - `off`: not enabled.
 * - `waiting`: no reading yet.
 * - `live`: readings come in. A constant is always live.
 * - `stale`: none for three intervals; the constant stands in and what is charged says `estimated`.
 */
export const METER_STATES = ['off', 'waiting', 'live', 'stale'] as const;
export type MeterState = (typeof METER_STATES)[number];

export interface MeterItem extends Omit<Required<MeterInput>, 'secret'> {
  /** A UUID; `environment:{host}` where it is `POWER_WATTS` and `IDLE_WATTS`. */
  id: string;
  hasSecret: boolean;
  /** Whether the host is charged by it now. A constant of a metered host only stands in. */
  counts: boolean;
  state: MeterState;
  /** Why the state is `stale` or `waiting`, in words; null when live or off. */
  reason: string | null;
  /** The constant that stands in while stale; null otherwise. */
  standIn: { activeWatts: number; idleWatts: number } | null;
  lastReading: MeterReading | null;
  /** What makes estimates of its charges although it is live, and what to do, in words; null otherwise. */
  warning: string | null;
  /** `environment`: changed there, not here (409). */
  origin: 'environment' | 'portal';
}

/** `GET /api/meters`: by host, then by what counts. */
export interface MeterList {
  items: MeterItem[];
}

/** `POST /api/meters/test`: a meter that is not stored, or (`id`) a stored one with these changes. Read, not kept. */
export interface MeterTestInput extends Partial<MeterInput> {
  id?: string;
}

/** What the reading gave; a device that cannot be read is an answer too (200). */
export interface MeterTest {
  ok: boolean;
  /** One sentence: `123.4 W (wall), answered in 35 ms`, or what is wrong. */
  message: string;
  reading: MeterReading | null;
  scope: MeterScope;
  /** Of one reading. */
  latencyMs: number;
  /** What saving would refuse: another meter that sees the same. */
  overlaps: { id: string; name: string; reason: string }[];
}

/** `POST /api/meters/detect`: what the gateway's own machine has, ready to be posted. */
export interface MeterDetection {
  found: {
    input: MeterInput;
    reading: MeterReading | null;
    /** What it sees and what to know of it. */
    note: string;
    /** Id of a meter that is there already for the same device. */
    existingId: string | null;
  }[];
  missing: { kind: MeterKind; reason: string }[];
}

/** What one host draws now. */
export interface HostPower {
  host: string;
  watts: number;
  /** `estimated`: the constant stands in for a silent meter. */
  quality: 'measured' | 'estimated' | 'constant';
  /** The meter's name; of several, joined by ` + `. */
  source: string;
  scope: MeterScope;
  /** Why the constant stands in; null otherwise. */
  reason: string | null;
}

/** `GET /api/energy/power`: power now, and its last hour as this process saw it. */
export interface PowerNow {
  at: string;
  /** Of all hosts but the demo's. */
  watts: number;
  /** The worst of the hosts'. */
  quality: HostPower['quality'];
  hosts: HostPower[];
  /** Mean watts of each step, oldest first; the last one is still going on. */
  series: {
    stepSeconds: number;
    items: { at: string; watts: number; byHost: Record<string, number> }[];
  };
}
