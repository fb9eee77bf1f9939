import { canonicalModelName } from '../upstream/ollama/model-name';

/**
 * Whether a model's name fits one of the patterns: `*` stands for any text, and a pattern without it names one
 * model by Ollama's rule (no case, no tag means `latest`). No patterns at all fit every model.
 */
export function modelMatcher(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => true;
  const alternatives = patterns.map((pattern) =>
    (pattern.includes('*') ? pattern.toLowerCase() : canonicalModelName(pattern))
      .split(/\*+/)
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
  const expression = new RegExp(`^(?:${alternatives.join('|')})$`, 's');
  return (name) => expression.test(canonicalModelName(name));
}
