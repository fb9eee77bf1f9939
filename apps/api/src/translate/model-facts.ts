import type { ContextLimits } from './to-ollama-options';

/** What the translation must know of the model. */
export interface ModelFacts {
  /** As the host spells it. */
  name: string;
  /** Each null where the host is too old to tell. */
  canThink: boolean | null;
  canSee: boolean | null;
  canHear: boolean | null;
  context: ContextLimits;
}
