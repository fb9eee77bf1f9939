import type { ModelFacts } from '../translate/to-ollama-chat';
import type { ResolvedModel } from '../upstream/ollama/host-pool.service';

/** What the translation must know of a resolved model. */
export function factsOf({ name, model }: ResolvedModel, pinnedNumCtx: number | null): ModelFacts {
  return {
    name,
    canThink: model.capabilities?.has('thinking') ?? null,
    context: { pinnedNumCtx, availableNumCtx: model.contextLength },
  };
}
