import type { MeterItem, MeterKind, MeterScope, MeterSettings, MeterState } from '@ollameter/admin-contract';
import type { IconName } from '../../ui/icon';

export type SettingField = Exclude<keyof MeterSettings, 'modelWatts' | 'devices'>;

export interface KindForm {
  kind: MeterKind;
  name: string;
  icon: IconName;
  /** What it is, for who chooses. */
  hint: string;
  /** The scope that it always sees; null where the person has to say. */
  scope: MeterScope | null;
  fields: readonly MeterField[];
  /** Name of the secret, where it takes one. */
  secret: string | null;
}

export interface MeterField {
  field: SettingField;
  label: string;
  hint?: string;
  placeholder?: string;
  isRequired?: boolean;
  isNumber?: boolean;
}

const URL_FIELD = { field: 'url', label: 'Address', isRequired: true } as const;

/** What each kind of meter needs, in the order in which they are offered. */
export const METER_FORMS: readonly KindForm[] = [
  {
    kind: 'shelly',
    name: 'Shelly plug',
    icon: 'plug',
    hint: 'Generation 2 and later, at the wall: the truest figure there is.',
    scope: 'wall',
    fields: [
      { ...URL_FIELD, placeholder: 'http://192.168.1.20' },
      { field: 'channel', label: 'Channel', hint: '0 where there is one', placeholder: '0', isNumber: true },
      { field: 'user', label: 'User', placeholder: 'admin' },
    ],
    secret: 'Password',
  },
  {
    kind: 'tasmota',
    name: 'Tasmota plug',
    icon: 'plug',
    hint: 'Any plug with Tasmota that measures power.',
    scope: 'wall',
    fields: [
      { ...URL_FIELD, placeholder: 'http://192.168.1.21' },
      { field: 'user', label: 'User', placeholder: 'admin' },
    ],
    secret: 'Password',
  },
  {
    kind: 'home_assistant',
    name: 'Home Assistant',
    icon: 'plug',
    hint: 'A power or energy sensor that Home Assistant knows.',
    scope: null,
    fields: [
      { ...URL_FIELD, placeholder: 'http://homeassistant.local:8123' },
      { field: 'entity', label: 'Entity', placeholder: 'sensor.plug_power', isRequired: true },
      { field: 'unit', label: 'Unit', hint: 'Where the sensor tells none: W, kW, Wh, kWh' },
    ],
    secret: 'Long-lived access token',
  },
  {
    kind: 'prometheus',
    name: 'Prometheus',
    icon: 'chart',
    hint: 'A query that gives one value, watts or a counter.',
    scope: null,
    fields: [
      { ...URL_FIELD, placeholder: 'http://prometheus:9090' },
      { field: 'query', label: 'Query', placeholder: 'sum(node_hwmon_power_watt)', isRequired: true },
      { field: 'unit', label: 'Unit', hint: 'W, kW, mW, J, Wh or kWh', placeholder: 'W' },
      { field: 'user', label: 'User', hint: 'For basic authentication instead of a bearer token' },
    ],
    secret: 'Bearer token or password',
  },
  {
    kind: 'nvidia',
    name: 'NVIDIA GPU',
    icon: 'chip',
    hint: 'By nvidia-smi on the gateway’s machine. Sees the cards only.',
    scope: 'gpu',
    fields: [{ field: 'program', label: 'Path of nvidia-smi', hint: 'Where it is not on PATH' }],
    secret: null,
  },
  {
    kind: 'amd_gpu',
    name: 'AMD GPU',
    icon: 'chip',
    hint: 'By the kernel’s hwmon files. Sees the cards only.',
    scope: 'gpu',
    fields: [{ field: 'path', label: 'File tree', placeholder: '/sys/class/drm' }],
    secret: null,
  },
  {
    kind: 'macmon',
    name: 'Apple silicon (macmon)',
    icon: 'chip',
    hint: 'CPU, GPU and memory of a Mac, here or by macmon’s server.',
    scope: 'soc',
    fields: [
      { field: 'url', label: 'Address', hint: 'Of macmon serve on another machine; empty is this one' },
      { field: 'program', label: 'Path of macmon', hint: 'Where it is not on PATH' },
    ],
    secret: null,
  },
  {
    kind: 'rapl',
    name: 'CPU (RAPL)',
    icon: 'chip',
    hint: 'Intel and AMD processors on Linux. Sees the CPU only.',
    scope: 'cpu',
    fields: [{ field: 'path', label: 'File tree', placeholder: '/sys/class/powercap' }],
    secret: null,
  },
  {
    kind: 'constant',
    name: 'Constant',
    icon: 'energy',
    hint: 'No meter: what the machine is said to draw.',
    scope: 'constant',
    fields: [
      { field: 'activeWatts', label: 'While it answers, W', isRequired: true, isNumber: true },
      { field: 'idleWatts', label: 'Idle, W', isNumber: true },
      { field: 'loadWatts', label: 'While a model loads, W', isNumber: true },
    ],
    secret: null,
  },
];

export const SCOPE_WORDS: Record<MeterScope, string> = {
  wall: 'at the wall',
  soc: 'the whole chip',
  gpu: 'GPU only',
  cpu: 'CPU only',
  constant: 'not measured',
};

export const STATE_WORDS: Record<MeterState, { name: string; chip: string }> = {
  live: { name: 'Measured', chip: 'ok' },
  waiting: { name: 'Waiting', chip: '' },
  stale: { name: 'Silent', chip: 'warn' },
  off: { name: 'Off', chip: 'line' },
};

export function formOf(kind: MeterKind): KindForm {
  const form = METER_FORMS.find((each) => each.kind === kind);
  if (form === undefined) throw new RangeError(`no form for ${kind}`);
  return form;
}

/** How a meter stands, in a word and what it means. */
export function meterMark(meter: MeterItem): { name: string; chip: string; meaning: string } {
  if (meter.kind === 'constant' && meter.state === 'live')
    return meter.counts
      ? { name: 'Constant', chip: '', meaning: 'what the machine is said to draw' }
      : { name: 'Stands by', chip: 'line', meaning: 'stands in while the host’s meter is silent' };
  if (meter.state === 'live' && !meter.counts)
    return { name: 'Shown, not added', chip: '', meaning: 'another meter of the host sees it too' };
  return { ...STATE_WORDS[meter.state], meaning: meter.reason ?? '' };
}
