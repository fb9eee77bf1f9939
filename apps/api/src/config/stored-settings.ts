import { Client } from 'pg';
import { AppConfig } from './app-config';
import { ConfigError } from './config-error';
import type { Variables } from './environment';

/** In `setting.key`, before the name of the variable that the portal has given a value. */
export const STORED_PREFIX = 'env.';

export const READ_STORED = `
  SELECT substr(key, ${STORED_PREFIX.length + 1}) AS variable, value #>> '{}' AS text
    FROM setting WHERE starts_with(key, '${STORED_PREFIX}')`;

/** A configuration, and why some of what the portal stored does not count in it. */
export interface LenientConfig {
  config: AppConfig;
  /** By the stored variable that was left out. */
  faults: ReadonlyMap<string, ConfigError>;
}

/**
 * The environment over what the portal has stored, without the stored values that this release does not take or that
 * contradict the environment.
 * @throws ConfigError where the environment by itself is wrong
 */
export function readLeniently(variables: Variables, stored: Variables): LenientConfig {
  const faults = new Map<string, ConfigError>();
  for (let kept = stored; ;) {
    const read = tryConfig(variables, kept);
    if (!(read instanceof ConfigError)) return { config: read, faults };
    const names = Object.keys(kept);
    if (names.length === 0) throw read;
    // What is wrong may be named, or be what contradicts the named one; else none of them counts.
    const culprit = names.includes(read.variable)
      ? read.variable
      : names.find((name) => !(tryConfig(variables, without(kept, [name])) instanceof ConfigError));
    const left = culprit === undefined ? names : [culprit];
    for (const name of left) faults.set(name, read);
    kept = without(kept, left);
  }
}

/** The configuration of a start: a stored value that does not count stops none, and is told. */
export async function withStoredSettings(
  variables: Variables,
  databaseUrl: string,
  tell: (line: string) => void,
): Promise<AppConfig> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client
    .query<{ variable: string; text: string }>(READ_STORED)
    .finally(() => client.end());
  const stored = Object.fromEntries(rows.map(({ variable, text }) => [variable, text]));
  const { config, faults } = readLeniently(variables, stored);
  for (const [variable, fault] of faults)
    tell(`the stored setting ${variable} is left out: ${fault.message}`);
  return config;
}

function tryConfig(variables: Variables, stored: Variables): AppConfig | ConfigError {
  try {
    return AppConfig.fromVariables(variables, stored);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function without(stored: Variables, names: readonly string[]): Variables {
  return Object.fromEntries(Object.entries(stored).filter(([name]) => !names.includes(name)));
}
