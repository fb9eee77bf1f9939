import type { MeterInput, MeterItem, MeterKind, MeterScope } from '@ollameter/admin-contract';
import { type SettingField, formOf } from './meter-words';

/** A meter while it is written, everything as typed. */
export interface MeterDraft {
  name: string;
  kind: MeterKind;
  host: string;
  settings: Partial<Record<SettingField, string>>;
  /** `0, 1`: cards by index. */
  devices: string;
  secret: string;
  calibration: string;
  intervalMs: string;
  scope: MeterScope;
  enabled: boolean;
}

export function emptyMeter(kind: MeterKind, host: string): MeterDraft {
  return {
    name: '',
    kind,
    host,
    settings: {},
    devices: '',
    secret: '',
    calibration: '1',
    intervalMs: '',
    scope: formOf(kind).scope ?? 'wall',
    enabled: true,
  };
}

/** A stored meter, or one that was found. */
export function toMeterDraft(meter: MeterItem | MeterInput): MeterDraft {
  return {
    ...emptyMeter(meter.kind, meter.host),
    name: meter.name,
    settings: Object.fromEntries(
      formOf(meter.kind).fields.flatMap(({ field }) => {
        const value = meter.settings[field];
        return value === undefined ? [] : [[field, String(value)]];
      }),
    ),
    devices: (meter.settings.devices ?? []).join(', '),
    calibration: String(meter.calibration ?? 1),
    intervalMs: meter.intervalMs === undefined ? '' : String(meter.intervalMs),
    enabled: meter.enabled ?? true,
    ...(meter.scope === undefined ? {} : { scope: meter.scope }),
  };
}

/** What the draft says, as the API takes it. Only the kind's own fields are sent; an empty one is left out. */
export function toMeterInput(draft: MeterDraft, modelWatts?: Record<string, number>): MeterInput {
  const form = formOf(draft.kind);
  const settings: Record<string, unknown> = {};
  for (const { field, isNumber } of form.fields) {
    const text = (draft.settings[field] ?? '').trim();
    if (text !== '') settings[field] = isNumber === true ? Number(text) : text;
  }
  const devices = draft.devices.split(/[\s,]+/).filter((part) => part !== '');
  if (devices.length > 0 && takesDevices(draft.kind)) settings['devices'] = devices.map(Number);
  if (modelWatts !== undefined && draft.kind === 'constant') settings['modelWatts'] = modelWatts;
  return {
    name: draft.name.trim(),
    kind: draft.kind,
    host: draft.host,
    settings,
    calibration: Number(draft.calibration),
    enabled: draft.enabled,
    ...(draft.intervalMs.trim() === '' ? {} : { intervalMs: Number(draft.intervalMs) }),
    ...(form.scope === null ? { scope: draft.scope } : {}),
    ...(draft.secret === '' || form.secret === null ? {} : { secret: draft.secret }),
  };
}

export function takesDevices(kind: MeterKind): boolean {
  return kind === 'nvidia' || kind === 'amd_gpu';
}
