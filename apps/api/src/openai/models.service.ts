import { Injectable } from '@nestjs/common';
import type { Model, ModelList } from '@ollameter/openai-contract';
import { assertMayUseModel } from '../auth/assert-may-call';
import type { Exchange } from '../exchange/exchange';
import { type HostModel, HostPool } from '../upstream/ollama/host-pool.service';

/** The models of all hosts in OpenAI's shape; a key sees those that it may use. */
@Injectable()
export class ModelsService {
  constructor(private readonly hosts: HostPool) {}

  async list(exchange: Exchange): Promise<ModelList> {
    const may = (model: string) => exchange.caller?.mayUseModel(model) ?? true;
    const usable = this.hosts.models.filter(({ name }) => may(name));
    const aliased = this.hosts.aliased.filter(({ target }) => may(target.name));
    const list: ModelList = {
      object: 'list',
      data: [...usable, ...aliased.map(({ alias, target }) => ({ ...target, name: alias }))].map(toModel),
    };
    await exchange.settle({ outcome: 'completed', status: 200 });
    return list;
  }

  /** @throws GatewayError `model_not_found`, `model_forbidden`. */
  async retrieve(exchange: Exchange, id: string): Promise<Model> {
    const { model } = await this.hosts.resolve(id);
    assertMayUseModel(exchange.caller, model.name);
    await exchange.settle({ outcome: 'completed', status: 200 });
    return toModel(model);
  }
}

/** Extras beyond OpenAI's four fields are what people ask Ollama's list for; clients ignore them. */
function toModel(model: HostModel): Model {
  return {
    id: model.name,
    object: 'model',
    created: model.createdAt,
    owned_by: namespace(model.name),
    ...(model.contextLength !== null && { context_length: model.contextLength }),
    ...(model.capabilities !== null && { capabilities: [...model.capabilities] }),
  };
}

/** `hf.co/team/model:tag` → `team`; models of Ollama's own library belong to `library`. */
function namespace(name: string): string {
  return name.split('/').at(-2) ?? 'library';
}
