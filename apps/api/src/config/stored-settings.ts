import { Client } from 'pg';
import { AppConfig } from './app-config';
import { ConfigError } from './config-error';
import type { Variables } from './environment';

/** In `setting.key`, before the name of the variable that the portal has given a value. */
export const STORED_PREFIX = 'env.';

export const READ_STORED = `
  SELECT substr(key, ${STORED_PREFIX.length + 1}) AS variable, value #>> '{}' AS text
    FROM setting WHERE starts_with(key, '${STORED_PREFIX}')`;

/**
 * The configuration of the environment over what the portal has stored. A stored value that this release does not
 * take stops no start: it is left out, and told.
 */
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
  let stored = Object.fromEntries(rows.map(({ variable, text }) => [variable, text]));
  while (Object.keys(stored).length > 0)
    try {
      return AppConfig.fromVariables(variables, stored);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      tell(`a stored setting is left out: ${error.message}`);
      // What contradicts the environment is not named itself: then none of them counts.
      if (stored[error.variable] === undefined) break;
      stored = without(stored, error.variable);
    }
  return AppConfig.fromVariables(variables);
}

function without(stored: Record<string, string>, variable: string): Record<string, string> {
  return Object.fromEntries(Object.entries(stored).filter(([name]) => name !== variable));
}
