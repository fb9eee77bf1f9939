import type { SettingItem, SettingValue } from '@ollameter/admin-contract';

/** A value as its control holds it: a list has an entry a line. */
export function toDraft(value: SettingValue): string {
  if (value === null) return '';
  return Array.isArray(value) ? value.join('\n') : String(value);
}

/**
 * What a control holds, as the API takes it; empty goes back to the default, but an empty list is none at all.
 * @returns undefined where it is no such value
 */
export function fromDraft({ type }: Pick<SettingItem, 'type'>, draft: string): SettingValue | undefined {
  const text = draft.trim();
  if (type === 'list')
    return text
      .split(/[\n,]/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  if (type === 'boolean') return text === 'true';
  if (text === '') return null;
  if (type !== 'integer' && type !== 'number') return text;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** For reading: `on`, `3,000`, `none`. */
export function shownValue(value: SettingValue): string {
  if (value === null || value === '') return 'not set';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return String(value);
}

export function isSame(one: SettingValue | undefined, other: SettingValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** `0 to 100,000`, `at least 1`; empty where there are no bounds. */
export function settingRange({ min, max }: Pick<SettingItem, 'min' | 'max'>): string {
  if (min !== null && max !== null) return `${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;
  if (min !== null) return `at least ${min.toLocaleString('en')}`;
  return max === null ? '' : `at most ${max.toLocaleString('en')}`;
}
