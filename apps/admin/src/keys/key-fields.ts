import { FormControl, FormGroup, Validators } from '@angular/forms';
import type {
  KeyChange,
  KeyEndpoint,
  KeyInput,
  KeyItem,
  KeyLogPolicy,
  PriorityClass,
} from '@ollameter/admin-contract';
import { limitControls, toLimits } from '../limits/limit-fields';

const text = (value: string) => new FormControl(value, { nonNullable: true });

/** The form of a key: a new one for `ownerId`, or `key` to be changed. */
export function keyFields(key: KeyItem | null, ownerId = '') {
  return new FormGroup({
    name: new FormControl(key?.name ?? '', {
      nonNullable: true,
      validators: [Validators.required, Validators.maxLength(100)],
    }),
    ownerId: text(key === null ? ownerId : (key.ownerId ?? '')),
    note: text(key?.note ?? ''),
    allowedModels: text((key?.allowedModels ?? []).join(', ')),
    ...limitControls(key?.limits ?? null),
    endpoints: new FormControl<KeyEndpoint[]>([...(key?.endpoints ?? [])], { nonNullable: true }),
    expiresAt: text(key?.expiresAt == null ? '' : localInput(new Date(key.expiresAt))),
    logPolicy: new FormControl<KeyLogPolicy | ''>(key?.logPolicy ?? '', { nonNullable: true }),
    priority: new FormControl<PriorityClass>(key?.priority ?? 'interactive', { nonNullable: true }),
    weight: new FormControl(key?.weight ?? 1, { nonNullable: true }),
    ipRanges: text((key?.ipRanges ?? []).join(', ')),
    mayReload: new FormControl(key?.mayReload ?? false, { nonNullable: true }),
  });
}

export type KeyFields = ReturnType<typeof keyFields>;

/** What the form says, as the API takes it. */
export function toKeyInput(fields: KeyFields): KeyInput {
  const form = fields.getRawValue();
  return {
    name: form.name.trim(),
    ownerId: emptyAsNull(form.ownerId),
    note: emptyAsNull(form.note.trim()),
    allowedModels: splitList(form.allowedModels),
    endpoints: form.endpoints,
    expiresAt: form.expiresAt === '' ? null : new Date(form.expiresAt).toISOString(),
    limits: toLimits(form),
    logPolicy: form.logPolicy === '' ? null : form.logPolicy,
    priority: form.priority,
    weight: form.weight,
    ipRanges: splitList(form.ipRanges),
    mayReload: form.mayReload,
  };
}

/** A key of one's own making: what is for an admin or operator to set is left out. */
export function toOwnKeyInput(fields: KeyFields): KeyInput {
  const { name, note, allowedModels, endpoints, expiresAt, limits, ipRanges } = toKeyInput(fields);
  return { name, note, allowedModels, endpoints, expiresAt, limits, ipRanges };
}

/** Of one's own key the words, which are all that can be changed. */
export function toOwnKeyChange(fields: KeyFields): KeyChange {
  const { name, note } = toKeyInput(fields);
  return { name, note };
}

/** Words between commas, spaces and line ends. */
export function splitList(list: string): string[] {
  return list.split(/[\s,;]+/).filter((word) => word !== '');
}

function emptyAsNull(value: string): string | null {
  return value === '' ? null : value;
}

/** `2026-11-25T16:41`, the value of an input of type datetime-local, in the browser's own zone. */
function localInput(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
