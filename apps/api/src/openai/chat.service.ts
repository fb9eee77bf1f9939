import { Injectable } from '@nestjs/common';
import { type ChatRequest, checkChatRequest } from '@ollameter/openai-contract';
import { AppConfig } from '../config/app-config';
import type { Exchange } from '../exchange/exchange';
import { ChatCodec } from '../translate/chat-codec';
import { promptPreview, promptText } from '../translate/prompt-text';
import { toOllamaChat } from '../translate/to-ollama-chat';
import { HostPool } from '../upstream/ollama/host-pool.service';
import { accepted } from './accepted-body';
import type { GenerationPlan } from './generation.pipeline';

const PREVIEW_LENGTH = 240;

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
    const streamed = request.stream === true;
    return {
      subject: {
        model: model.name,
        streamed,
        prompt: promptText(request.messages),
        promptPreview: promptPreview(request.messages, PREVIEW_LENGTH),
        requestText: bodyText,
      },
      hosts: model.hosts,
      upstreamPath: '/api/chat',
      upstreamBody: toOllamaChat(request, model.name, this.config.numCtx),
      codec: new ChatCodec(
        `chatcmpl-${exchange.id.replaceAll('-', '')}`,
        Math.floor(exchange.atMs / 1000),
        model.name,
        streamed && request.stream_options?.include_usage === true,
      ),
    };
  }
}
