import { Injectable } from '@nestjs/common';
import { checkCompletionRequest } from '@ollameter/openai-contract';
import type { Exchange } from '../exchange/exchange';
import { CompletionCodec } from '../translate/completion-codec';
import { preview } from '../translate/prompt-text';
import { completionPrompts, toOllamaGenerate } from '../translate/to-ollama-generate';
import { HostPool } from '../upstream/ollama/host-pool.service';
import { accepted } from './accepted-body';
import { answerCreated, answerId } from './answer-id';
import type { GenerationPlan } from './generation.pipeline';
import { ModelFactsService } from './model-facts.service';

/** `POST /v1/completions`: check → resolve the model → translate. */
@Injectable()
export class CompletionService {
  constructor(
    private readonly hosts: HostPool,
    private readonly facts: ModelFactsService,
  ) {}

  /** @throws GatewayError naming the field, or the model that no host has. */
  async plan(exchange: Exchange, body: unknown, bodyText: string | null): Promise<GenerationPlan> {
    const request = accepted(checkCompletionRequest(body));
    const model = await this.hosts.resolve(request.model);
    const facts = await this.facts.of(model, exchange.caller, request.options);
    const upstreamBodies = toOllamaGenerate(request, facts);
    const prompts = completionPrompts(request);
    const prompt = prompts.join('\n\n');
    const streamed = request.stream === true;
    return {
      subject: { model: model.name, streamed, prompt, promptPreview: preview(prompt), requestText: bodyText },
      hosts: model.hosts,
      upstreamPath: '/api/generate',
      upstreamBodies,
      codec: new CompletionCodec({
        id: answerId('cmpl', exchange),
        created: answerCreated(exchange),
        model: model.name,
        streamed,
        includeUsage: streamed && request.stream_options?.include_usage === true,
        n: request.n ?? 1,
        echo: request.echo === true ? prompts : null,
      }),
    };
  }
}
