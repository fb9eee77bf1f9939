import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/caller';
import type { ModelFacts } from '../translate/model-facts';
import { HostPool, type ResolvedModel } from '../upstream/ollama/host-pool.service';
import { ModelSettings } from '../upstream/model-settings.service';

/** What the translation must know of a resolved model. */
@Injectable()
export class ModelFactsService {
  constructor(
    private readonly settings: ModelSettings,
    private readonly hosts: HostPool,
  ) {}

  /** @param options the client's, still unchecked; only where they ask for a context does a host have to be asked */
  async of(resolved: ResolvedModel, caller: Caller | null, options: unknown): Promise<ModelFacts> {
    const { name, model } = resolved;
    const pinnedNumCtx = this.settings.numCtx(name);
    const asksContext = typeof options === 'object' && options !== null && 'num_ctx' in options;
    const loaded = asksContext && pinnedNumCtx === null ? await this.hosts.loadedContext(resolved) : null;
    return {
      name,
      canThink: model.capabilities?.has('thinking') ?? null,
      canSee: model.capabilities?.has('vision') ?? null,
      canHear: model.capabilities?.has('audio') ?? null,
      context: {
        pinnedNumCtx,
        availableNumCtx: loaded ?? model.contextLength,
        mayReload: caller?.mayReload === true,
      },
    };
  }
}
