import type { SettingItem, SettingValue } from '@ollameter/admin-contract';
import { Environment, type Variables } from '../../config/environment';
import type { LenientConfig } from '../../config/stored-settings';
import { SETTING_DESCRIPTIONS, type SettingDescription } from '../../config/setting-description';
import { shapeOf } from '../../config/setting-shape';
import { InvalidFieldsError } from '../invalid-fields.error';

/** A variable that the portal shows. */
export interface ShownSetting {
  key: string;
  variable: keyof Environment;
  description: SettingDescription;
}

/** Their order is the portal's. */
export const SHOWN_SETTINGS: readonly ShownSetting[] = (
  Object.entries(SETTING_DESCRIPTIONS) as [keyof Environment, SettingDescription | null][]
).flatMap(([variable, description]) =>
  description === null ? [] : [{ key: keyOf(variable), variable, description }],
);

const DEFAULTS = new Environment();
/** Defaults of variables that the environment leaves open. */
const OPEN_DEFAULTS: Partial<Record<keyof Environment, string>> = {
  DEFAULT_MODEL: 'llama3.1:8b',
  OLLAMA_URLS: 'http://127.0.0.1:11434',
};

/** `LOG_BODY_MAX_KB` → `logBodyMaxKb`. */
export function keyOf(variable: string): string {
  return variable.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The variable of the environment that sets it; null where none does. */
export function setBy({ variable }: ShownSetting, given: Variables): string | null {
  const names = variable === 'OLLAMA_URLS' ? ['OLLAMA_URLS', 'OLLAMA_URL'] : [variable];
  return names.find((name) => given[name] !== undefined) ?? null;
}

/** @param next the configuration as the next start would read it */
export function toSettingItem(
  setting: ShownSetting,
  { config: next, faults }: LenientConfig,
  stored: Variables,
): SettingItem {
  const { key, variable, description } = setting;
  const { group, editable, unit, live, list } = description;
  const shape = shapeOf(variable);
  const fixedBy = setBy(setting, next.given);
  const fault = fixedBy === null ? (faults.get(variable)?.message ?? null) : null;
  const isStored = stored[variable] !== undefined && fault === null;
  return {
    key,
    variable: fixedBy ?? variable,
    group,
    ...shape,
    type: list === true ? 'list' : shape.type,
    value: valueOf(setting, next.environment),
    default: toValue(setting, DEFAULTS[variable] ?? OPEN_DEFAULTS[variable]),
    source: fixedBy !== null ? 'environment' : isStored ? 'database' : 'default',
    fault,
    unit: unit ?? null,
    description: description.description,
    editable: editable && fixedBy === null,
    needsRestart: live === undefined,
  };
}

export function valueOf(setting: ShownSetting, environment: Readonly<Environment>): SettingValue {
  const { variable } = setting;
  const own = environment[variable] ?? (variable === 'OLLAMA_URLS' ? environment.OLLAMA_URL : undefined);
  return toValue(setting, own ?? OPEN_DEFAULTS[variable]);
}

/** @throws InvalidFieldsError where the value is of another kind than the setting */
export function toText({ key, variable, description }: ShownSetting, value: SettingValue): string | null {
  if (value === null) return null;
  const { type } = shapeOf(variable);
  if (description.list === true) {
    if (!Array.isArray(value) || !value.every(isListPart))
      throw InvalidFieldsError.of(key, 'must be a list of texts without commas');
    return value.join(',');
  }
  if (type === 'boolean') {
    if (typeof value !== 'boolean') throw InvalidFieldsError.of(key, 'must be true or false');
    return String(value);
  }
  if (type === 'integer' || type === 'number') {
    if (typeof value !== 'number') throw InvalidFieldsError.of(key, 'must be a number');
    return String(value);
  }
  if (typeof value !== 'string' || value === '' || value.length > 1000 || value.includes('\u0000'))
    throw InvalidFieldsError.of(key, 'must be text of 1 to 1000 characters');
  return value;
}

function isListPart(part: unknown): boolean {
  return typeof part === 'string' && !part.includes(',') && !part.includes('\u0000');
}

function toValue({ variable, description }: ShownSetting, value: string | number | undefined): SettingValue {
  if (value === undefined) return null;
  if (typeof value === 'number') return value;
  if (description.list === true)
    return value
      .split(',')
      .map((part) => withoutUserInfo(part.trim()))
      .filter((part) => part !== '');
  return shapeOf(variable).type === 'boolean' ? value === 'true' : value;
}

/** A password in a URL is no reader's business. */
function withoutUserInfo(text: string): string {
  return text.replace(/^(\w+:\/\/)[^/@]*@/, '$1');
}
