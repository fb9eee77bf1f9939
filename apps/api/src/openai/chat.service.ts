import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type ChatRequest, checkChatRequest } from '@ollameter/openai-contract';
import { AppConfig } from '../config/app-config';
import type { Exchange } from '../exchange/exchange';
import { ChatCodec } from '../translate/chat-codec';
import { promptPreview, promptText } from '../translate/prompt-text';
import { type SchemaCheck, schemaCheck } from '../translate/schema-check';
import { toOllamaChat } from '../translate/to-ollama-chat';
import { planTools } from '../translate/to-ollama-tools';
import { HostPool } from '../upstream/ollama/host-pool.service';
import { answerCreated, answerId } from './answer-id';
import { factsOf } from './model-facts';
import { accepted } from './accepted-body';
import type { GenerationPlan } from './generation.pipeline';

/** `POST /v1/chat/completions`: check → resolve the model → translate. */
@Injectable()
export class ChatService {
  constructor(
    private readonly config: AppConfig,
    private readonly hosts: HostPool,
  ) {}

  /** @throws GatewayError naming the field, or the model that no host has. */
  async plan(exchange: Exchange, body: unknown, bodyText: string | null): Promise<GenerationPlan> {
    const request: ChatRequest = accepted(checkChatRequest(body));
    const model = await this.hosts.resolve(request.model);
    const tools = planTools(request);
    const streamed = request.stream === true;
    return {
      subject: {
        model: model.name,
        streamed,
        prompt: promptText(request.messages),
        promptPreview: promptPreview(request.messages),
        requestText: bodyText,
      },
      hosts: model.hosts,
      upstreamPath: '/api/chat',
      upstreamBodies: toOllamaChat(request, tools, factsOf(model, this.config.numCtx)),
      codec: new ChatCodec({
        id: answerId('chatcmpl', exchange),
        created: answerCreated(exchange),
        model: model.name,
        streamed,
        includeUsage: streamed && request.stream_options?.include_usage === true,
        forcedTool: tools.kind === 'forced',
        oneToolCall: request.parallel_tool_calls === false,
        legacyFunctions: (request.functions?.length ?? 0) > 0,
        schemaCheck: strictSchemaCheck(request.response_format),
        mintCallId,
      }),
    };
  }
}

/** 96 random bits: unique in any conversation that the id is replayed in. */
export function mintCallId(): string {
  return `call_${randomBytes(12).toString('hex')}`;
}

/** The check of a `strict` JSON schema; null for every other format. */
export function strictSchemaCheck(format: ChatRequest['response_format']): SchemaCheck | null {
  if (
    format?.type !== 'json_schema' ||
    format.json_schema.strict !== true ||
    format.json_schema.schema === undefined
  )
    return null;
  return schemaCheck(format.json_schema.schema);
}
