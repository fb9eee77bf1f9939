import type { AuditItem } from '@ollameter/admin-contract';

const NONE = 'none';

/** One field of a change; null where it was not there. */
export interface ChangedField {
  field: string;
  before: string | null;
  after: string | null;
}

/**
 * The fields of an entry, nested ones by their path: `limits.requestsPerMinute`. Those that stayed the same are left
 * out, and of something new those that are empty.
 */
export function changedFields({ before, after }: Pick<AuditItem, 'before' | 'after'>): ChangedField[] {
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => ({ field, before: old.get(field) ?? null, after: now.get(field) ?? null }))
    .filter((change) => change.before !== change.after)
    .filter((change) => before !== null || change.after !== NONE);
}

function flat(value: Record<string, unknown> | null, prefix = ''): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, part] of Object.entries(value ?? {}))
    if (isRecord(part)) flat(part, `${prefix}${name}.`).forEach((text, path) => fields.set(path, text));
    else fields.set(prefix + name, toText(part));
  return fields;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string {
  if (value === null || value === '') return NONE;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? NONE : value.map(toText).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
