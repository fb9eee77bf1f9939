/** Where a value comes from; what the environment sets can be changed only there. */
export type SettingSource = 'environment' | 'database' | 'default';

export type SettingValue = string | number | boolean | string[] | null;

/** One of `GET /api/settings`. */
export interface SettingItem {
  /** Name of the field in `PATCH`. */
  key: string;
  /** The environment variable that sets it. */
  variable: string;
  group: 'general' | 'upstream' | 'queue' | 'log' | 'money' | 'places';
  type: 'text' | 'integer' | 'number' | 'boolean' | 'choice' | 'list' | 'zone';
  value: SettingValue;
  default: SettingValue;
  source: SettingSource;
  /** Why the stored value does not count: it is no longer taken, or contradicts another; null where all is well. */
  fault: string | null;
  unit: string | null;
  min: number | null;
  max: number | null;
  /** For `choice`. */
  choices: string[] | null;
  description: string;
  /** False for what only the environment may set (places, secrets). */
  editable: boolean;
  /** A changed value takes effect at the next start. */
  needsRestart: boolean;
}

/** `GET /api/settings`. */
export interface SettingList {
  items: SettingItem[];
  /** Some changed value waits for a restart. */
  restartPending: boolean;
}

/** `PATCH /api/settings`; null goes back to the default. `409` for one that the environment sets. */
export type SettingsChange = Record<string, SettingValue>;

/** `POST /api/settings/redaction/try`: what the log would keep of a text; nothing of it is stored. */
export interface RedactionTrialRequest {
  /** At most 10,000 characters. */
  text: string;
  /** As in `LOG_REDACT`. */
  kinds: string[];
  /** As in `LOG_REDACT_PATTERNS`: a JSON array of patterns in RE2 syntax; empty is none. */
  patterns: string;
}

export interface RedactionTrialAnswer {
  text: string;
}
