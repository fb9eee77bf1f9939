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

/**
 * `reasoning_effort` → `think`. A model that cannot think gets none, because Ollama refuses it there; the effort
 * is a hint about how long to think, so such a model honours it by not thinking.
 * @param canThink null where the host does not tell; then only an explicit wish is sent.
 */
export function toOllamaThink(
  effort: ReasoningEffort | null | undefined,
  canThink: boolean | null,
): OllamaThink | undefined {
  if (effort == null || canThink === false) return undefined;
  return LEVELS[effort];
}
