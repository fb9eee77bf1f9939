import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type ChatRequest, checkChatRequest } from '@ollameter/openai-contract';
import type { Exchange } from '../exchange/exchange';
import { ChatCodec } from '../translate/chat-codec';
import { promptPreview, promptText } from '../translate/prompt-text';
import { toOllamaChat } from '../translate/to-ollama-chat';
import { jsonCalls, planTools } from '../translate/to-ollama-tools';
import { HostPool } from '../upstream/ollama/host-pool.service';
import { answerCreated, answerId } from './answer-id';
import { accepted } from './accepted-body';
import type { GenerationPlan } from './generation.pipeline';
import { ImageInliner } from './image-inliner.service';
import { ModelFactsService } from './model-facts.service';
import { strictChecks } from './strict-checks';

/** `POST /v1/chat/completions`: check → resolve the model → translate. */
@Injectable()
export class ChatService {
  constructor(
    private readonly hosts: HostPool,
    private readonly facts: ModelFactsService,
    private readonly images: ImageInliner,
  ) {}

  /** @throws GatewayError naming the field, or the model that no host has. */
  async plan(exchange: Exchange, body: unknown, bodyText: string | null): Promise<GenerationPlan> {
    const asked: ChatRequest = accepted(checkChatRequest(body));
    const model = await this.hosts.resolve(asked.model);
    const facts = await this.facts.of(model, exchange.caller, asked.options);
    const request = { ...asked, messages: await this.images.inline(asked.messages, exchange.signal) };
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
      upstreamBodies: toOllamaChat(request, tools, facts),
      codec: new ChatCodec({
        id: answerId('chatcmpl', exchange),
        created: answerCreated(exchange),
        model: model.name,
        streamed,
        includeUsage: streamed && request.stream_options?.include_usage === true,
        jsonCalls: jsonCalls(tools),
        oneToolCall: request.parallel_tool_calls === false,
        legacyFunctions: (request.functions?.length ?? 0) > 0,
        checks: strictChecks(request),
        mintCallId,
      }),
    };
  }
}

/** 96 random bits: unique in any conversation that the id is replayed in. */
export function mintCallId(): string {
  return `call_${randomBytes(12).toString('hex')}`;
}
