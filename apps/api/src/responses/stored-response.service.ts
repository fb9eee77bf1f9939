import { Injectable } from '@nestjs/common';
import type { InputItem, Response } from '@ollameter/openai-contract';
import type { Exchange } from '../exchange/exchange';
import { GatewayError } from '../upstream/gateway-error';
import { BackgroundResponses } from './background-responses.service';
import { type ResponseState, ResponseStateRepository } from './response-state.repository';

/** Page of `GET /v1/responses/{id}/input_items`. */
export interface InputItemPage {
  object: 'list';
  data: InputItem[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

export interface InputItemQuery {
  limit?: string;
  order?: string;
  after?: string;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** The calls on a stored response, each within the caller's key. */
@Injectable()
export class StoredResponseService {
  constructor(
    private readonly states: ResponseStateRepository,
    private readonly background: BackgroundResponses,
  ) {}

  /** @param query `stream=true` is refused by name: a stored response is whole, there is nothing to replay. */
  async retrieve(exchange: Exchange, id: string, query: { stream?: string }): Promise<Response> {
    if (query.stream !== undefined && query.stream !== 'false')
      throw new GatewayError(
        'unsupported_parameter',
        "'stream' is not supported here: stored responses are answered whole.",
        { param: 'stream' },
      );
    const { response } = await this.state(exchange, id);
    await exchange.settle({ outcome: 'completed', status: 200 });
    return response;
  }

  async delete(exchange: Exchange, id: string): Promise<{ id: string; object: 'response'; deleted: true }> {
    const { response } = await this.state(exchange, id);
    // One that still runs would be stored again at its end.
    if (response.background) await this.background.cancel(id);
    if (!(await this.states.delete(keyOf(exchange), id))) throw notFound(id);
    await exchange.settle({ outcome: 'completed', status: 200 });
    return { id, object: 'response', deleted: true };
  }

  /** Only a background response can be cancelled; one that has ended is answered as it is. */
  async cancel(exchange: Exchange, id: string): Promise<Response> {
    const { response } = await this.state(exchange, id);
    if (!response.background)
      throw new GatewayError('invalid_value', 'Only background responses can be cancelled.', {
        param: 'response_id',
      });
    const cancelled = await this.background.cancel(id);
    await exchange.settle({ outcome: 'completed', status: 200 });
    return cancelled ? (await this.state(exchange, id)).response : response;
  }

  async inputItems(exchange: Exchange, id: string, query: InputItemQuery): Promise<InputItemPage> {
    const limit = query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit);
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      throw new GatewayError('invalid_value', `'limit' must be a whole number from 1 to ${MAX_LIMIT}.`, {
        param: 'limit',
      });
    if (query.order !== undefined && query.order !== 'asc' && query.order !== 'desc')
      throw new GatewayError('invalid_value', "'order' must be asc or desc.", { param: 'order' });
    const { input } = await this.state(exchange, id);
    const items = [...input];
    if (query.order !== 'asc') items.reverse();
    const from = query.after === undefined ? 0 : items.findIndex((item) => item.id === query.after) + 1;
    if (query.after !== undefined && from === 0)
      throw new GatewayError('invalid_value', `There is no input item '${query.after.slice(0, 100)}'.`, {
        param: 'after',
      });
    const data = items.slice(from, from + limit).map(toWholeItem);
    await exchange.settle({ outcome: 'completed', status: 200 });
    return {
      object: 'list',
      data,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: from + limit < items.length,
    };
  }

  private async state(exchange: Exchange, id: string): Promise<ResponseState> {
    const state = await this.states.find(keyOf(exchange), id);
    if (state === null) throw notFound(id);
    return state;
  }
}

/** Clients leave out a message's type and send its text bare; OpenAI answers both in full. */
function toWholeItem(item: InputItem): InputItem {
  if ((item.type ?? 'message') !== 'message') return item;
  const type = item.role === 'assistant' ? 'output_text' : 'input_text';
  return {
    ...item,
    type: 'message',
    ...(typeof item.content === 'string' && { content: [{ type, text: item.content }] }),
  };
}

function keyOf(exchange: Exchange): string {
  return exchange.caller?.keyId ?? '';
}

function notFound(id: string): GatewayError {
  return new GatewayError('response_not_found', `Response with id '${id}' not found.`, {
    param: 'response_id',
  });
}
