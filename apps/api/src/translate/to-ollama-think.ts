import type { ReasoningEffort } from '@ollameter/openai-contract';
import type { OllamaThink } from '../upstream/ollama/ollama-wire';

const LEVELS: Readonly<Record<ReasoningEffort, OllamaThink>> = {
  none: false,
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
};

/** The fields that say how to think, in the order in which they count. */
interface ThinkFields {
  think?: OllamaThink | null;
  reasoning_effort?: ReasoningEffort | null;
  reasoning?: { effort?: ReasoningEffort | null } | null;
}

/**
 * `reasoning_effort` and its likes → `think`. A model that cannot think gets none, because Ollama refuses it there; the
 * effort is a hint about how long to think, so such a model honours it by not thinking.
 * @param canThink null where the host does not tell; then only an explicit wish is sent.
 */
export function toOllamaThink(
  { think, reasoning_effort, reasoning }: ThinkFields,
  canThink: boolean | null,
): OllamaThink | undefined {
  if (canThink === false) return undefined;
  const effort = reasoning_effort ?? reasoning?.effort;
  return think ?? (effort == null ? undefined : LEVELS[effort]);
}
