import { Injectable, Logger } from '@nestjs/common';
import {
  checkResponseRequest,
  type InputItem,
  type Response,
  type ResponseEcho,
  type ResponseRequest,
  type ResponseStatus,
} from '@ollameter/openai-contract';
import { AppConfig } from '../config/app-config';
import type { Exchange } from '../exchange/exchange';
import { accepted } from '../openai/accepted-body';
import { answerCreated, answerId } from '../openai/answer-id';
import { mintCallId } from '../openai/chat.service';
import type { GenerationPlan } from '../openai/generation.pipeline';
import { ImageInliner } from '../openai/image-inliner.service';
import { ModelFactsService } from '../openai/model-facts.service';
import { strictChecks } from '../openai/strict-checks';
import { policyOf } from '../request-log/log-policy';
import { promptPreview, promptText } from '../translate/prompt-text';
import { ResponsesCodec } from '../translate/responses-codec';
import { referredIds, resolvedItems, responsesToChat } from '../translate/responses-to-chat';
import { toOllamaChat } from '../translate/to-ollama-chat';
import { jsonCalls, planTools } from '../translate/to-ollama-tools';
import { UntranslatableError } from '../translate/untranslatable-error';
import { GatewayError } from '../upstream/gateway-error';
import { HostPool } from '../upstream/ollama/host-pool.service';
import { inputItemId, itemIdMint } from './item-id';
import { ResponseStateRepository } from './response-state.repository';

/** A planned response: what the pipeline runs, and how its state is kept. */
export interface PlannedResponse {
  plan: GenerationPlan;
  background: boolean;
  /** Keeps the response as it stands; does nothing where `store` is off. */
  store: (status: ResponseStatus, error?: Response['error']) => Promise<void>;
  snapshot: (status: ResponseStatus) => Response;
}

/** `POST /v1/responses`: check → history → resolve the model → translate. */
@Injectable()
export class ResponseService {
  private readonly logger = new Logger(ResponseService.name);

  constructor(
    private readonly config: AppConfig,
    private readonly hosts: HostPool,
    private readonly facts: ModelFactsService,
    private readonly images: ImageInliner,
    private readonly states: ResponseStateRepository,
  ) {}

  /** @throws GatewayError naming the field, the model, or the previous response that is not there. */
  async plan(exchange: Exchange, body: unknown, bodyText: string | null): Promise<PlannedResponse> {
    const request = accepted(checkResponseRequest(body));
    try {
      return await this.planChecked(exchange, request, bodyText);
    } catch (error) {
      throw error instanceof UntranslatableError ? inResponsesWords(error) : error;
    }
  }

  private async planChecked(
    exchange: Exchange,
    request: ResponseRequest,
    bodyText: string | null,
  ): Promise<PlannedResponse> {
    const keyId = exchange.caller?.keyId ?? '';
    const background = request.background === true;
    if (background && request.stream === true)
      throw new GatewayError(
        'unsupported_parameter',
        "'background' with 'stream' is not supported by this gateway.",
        { param: 'stream' },
      );
    // What the log policy forbids to keep is not kept here either.
    const general = { bodies: this.config.logBodies, bodyMaxBytes: this.config.logBodyMaxBytes };
    const kept = policyOf(general, exchange.caller?.logPolicy ?? null).bodies;
    const stores = request.store !== false && kept === 'full';
    if (background && !stores)
      throw new GatewayError(
        'invalid_value',
        "'background' needs 'store': the answer could not be fetched.",
        { param: 'background' },
      );
    const history = await this.history(keyId, request.previous_response_id);
    const referred = await this.states.findItems(keyId, referredIds(request));
    const model = await this.hosts.resolve(request.model);
    const facts = await this.facts.of(model, exchange.caller, request.options);
    const id = answerId('resp', exchange);
    const input = resolvedItems(request, referred).map((item, place) => ({
      ...item,
      id: item.id ?? inputItemId(id, place),
    }));
    const chat = responsesToChat(request, history, input);
    chat.messages = await this.images.inline(chat.messages, exchange.signal);
    const tools = planTools(chat);
    const streamed = request.stream === true;
    const codec = new ResponsesCodec({
      id,
      created: answerCreated(exchange),
      streamed,
      echo: toEcho(request, model.name, stores),
      jsonCalls: jsonCalls(tools),
      oneToolCall: request.parallel_tool_calls === false,
      reasoningAsSummary: wantsSummary(request),
      checks: strictChecks(chat),
      mintId: itemIdMint(id),
      mintCallId,
    });
    const upstreamBodies = toOllamaChat(chat, tools, facts).map((upstream) =>
      request.truncation === 'auto' ? { ...upstream, truncate: true } : upstream,
    );
    const snapshot = (status: ResponseStatus, error: Response['error'] = null) =>
      codec.response(status, error);
    return {
      background,
      snapshot,
      store: (status, error) =>
        stores ? this.keep(keyId, input, history, snapshot(status, error)) : Promise.resolve(),
      plan: {
        subject: {
          model: model.name,
          streamed,
          prompt: promptText(chat.messages),
          promptPreview: promptPreview(chat.messages),
          requestText: bodyText,
        },
        hosts: model.hosts,
        upstreamPath: '/api/chat',
        upstreamBodies,
        codec,
        beforeLast: () =>
          stores ? this.keep(keyId, input, history, JSON.parse(codec.body()) as Response) : Promise.resolve(),
      },
    };
  }

  private async history(keyId: string, previousId: string | null | undefined): Promise<InputItem[]> {
    if (previousId == null) return [];
    const state = await this.states.find(keyId, previousId);
    if (state === null)
      throw new GatewayError(
        'previous_response_not_found',
        `Previous response with id '${previousId}' not found.`,
        { param: 'previous_response_id' },
      );
    return state.conversation;
  }

  /**
   * A response that cannot be kept is still an answer; its id is unknown later, and the log says why. One that is only
   * queued is no answer yet.
   */
  private async keep(
    keyId: string,
    input: InputItem[],
    history: readonly InputItem[],
    response: Response,
  ): Promise<void> {
    try {
      await this.states.save(keyId, {
        response,
        input,
        conversation: [...history, ...input, ...(response.output as InputItem[])],
      });
    } catch (error) {
      this.logger.error(`response ${response.id} could not be stored: ${(error as Error).message}`);
      if (response.status === 'queued')
        throw new GatewayError('log_unavailable', 'Background responses cannot be stored at the moment.', {
          retryAfterMs: 5000,
          cause: error,
        });
    }
  }
}

/** `none` is n8n's word for no summary. */
function wantsSummary({ reasoning }: ResponseRequest): boolean {
  return reasoning?.summary != null && reasoning.summary !== 'none';
}

/** The shared translation names the fields of a chat request. */
function inResponsesWords(error: UntranslatableError): UntranslatableError {
  const param = error.param
    .replace(/^messages\[.*$/, 'input')
    .replace(/^response_format(\.json_schema)?/, 'text.format');
  return new UntranslatableError(param, error.message, error.code);
}

function toEcho(request: ResponseRequest, model: string, store: boolean): ResponseEcho {
  return {
    instructions: request.instructions ?? null,
    metadata: request.metadata ?? {},
    model,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    temperature: request.temperature ?? null,
    top_p: request.top_p ?? null,
    tool_choice: request.tool_choice ?? 'auto',
    tools: (request.tools ?? []).map((tool) => ({
      ...tool,
      strict: tool.strict ?? false,
      parameters: tool.parameters ?? {},
    })),
    background: request.background ?? false,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    safety_identifier: request.safety_identifier ?? null,
    store,
    text: {
      format: request.text?.format ?? { type: 'text' },
      verbosity: request.text?.verbosity ?? null,
    },
    top_logprobs: request.top_logprobs ?? 0,
    ...(request.user != null && { user: request.user }),
    truncation: request.truncation ?? 'disabled',
  };
}
