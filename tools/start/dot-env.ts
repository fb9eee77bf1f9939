import { existsSync, readFileSync } from 'node:fs';
import { StartError } from './start-error.ts';

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;
const QUOTED = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:#.*)?$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The variables of a `.env` text: `NAME=value` a line, `export` and comments allowed, values bare or in quotes
 * (escapes in double ones). A `#` inside a bare value counts as a comment only after a space.
 * @throws StartError naming the line that is none of these; never its content, which may be a secret.
 */
export function parseDotEnv(text: string, shownPath: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [index, rawLine] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = rawLine.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name, written] = ASSIGNMENT.exec(line) ?? [];
    const value = written === undefined || line.includes('\0') ? null : readValue(written);
    if (name === undefined || value === null)
      throw new StartError(
        `${shownPath} line ${index + 1} is damaged: expected NAME=value, with quotes closed on the same line.`,
      );
    variables[name] = value;
  }
  return variables;
}

function readValue(written: string): string | null {
  if (!/^["']/.test(written)) return written.replace(/(^|\s+)#.*$/, '').trim();
  const [match, double, single] = QUOTED.exec(written) ?? [];
  if (match === undefined) return null;
  return double?.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter) ?? single ?? '';
}

/** The environment of the start: `.env` at the root, overruled by what is set already. */
export function readDotEnv(
  path: string,
  environment: Readonly<NodeJS.ProcessEnv>,
): Record<string, string | undefined> {
  if (!existsSync(path)) return { ...environment };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(`.env cannot be read: ${(error as Error).message}`);
  }
  return { ...parseDotEnv(text, '.env'), ...environment };
}

/** A setting's value; an empty one counts as absent. */
export function given(
  settings: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  return settings[name] === '' ? undefined : settings[name];
}
