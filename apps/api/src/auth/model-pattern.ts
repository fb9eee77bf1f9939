import { canonicalModelName } from '../upstream/ollama/model-name';

/**
 * Whether a model's name fits one of the patterns: `*` stands for any text, and a pattern without it names one
 * model by Ollama's rule (no case, no tag means `latest`). No patterns at all fit every model.
 */
export function modelMatcher(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => true;
  const alternatives = patterns.map((pattern) => canonicalPattern(pattern).split('*'));
  return (name) => {
    const canonical = canonicalModelName(name);
    return alternatives.some((parts) => isMadeOf(parts, canonical));
  };
}

/**
 * Whether every name that fits one of `narrower` fits one of `wider` as well. May say no where that is so, never yes
 * where it is not: an asterisk is covered by an asterisk only.
 */
export function patternsCover(wider: readonly string[], narrower: readonly string[]): boolean {
  if (wider.length === 0) return true;
  const alternatives = wider.map((pattern) => canonicalPattern(pattern).split('*'));
  const isCovered = (pattern: string) =>
    alternatives.some((parts) => isMadeOf(parts, canonicalPattern(pattern)));
  return narrower.length > 0 && narrower.every(isCovered);
}

function canonicalPattern(pattern: string): string {
  return pattern.includes('*') ? pattern.toLowerCase() : canonicalModelName(pattern);
}

/** Whether the text is these parts with any text between them; in one pass, whatever the pattern: nothing is tried twice. */
function isMadeOf(parts: readonly string[], text: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
