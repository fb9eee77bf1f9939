import { Injectable } from '@nestjs/common';
import { checkEmbeddingRequest } from '@ollameter/openai-contract';
import { EmbeddingCodec, embeddingInputs, toOllamaEmbed } from '../translate/embedding-codec';
import { preview } from '../translate/prompt-text';
import { ModelSettings } from '../upstream/model-settings.service';
import { HostPool } from '../upstream/ollama/host-pool.service';
import { accepted } from './accepted-body';
import type { GenerationPlan } from './generation.pipeline';

/** `POST /v1/embeddings`: check → resolve the model → translate. */
@Injectable()
export class EmbeddingService {
  constructor(
    private readonly hosts: HostPool,
    private readonly settings: ModelSettings,
  ) {}

  /** @throws GatewayError naming the field, or the model that no host has. */
  async plan(body: unknown, bodyText: string | null): Promise<GenerationPlan> {
    const request = accepted(checkEmbeddingRequest(body));
    const model = await this.hosts.resolve(request.model);
    const prompt = embeddingInputs(request).join('\n\n');
    return {
      subject: {
        model: model.name,
        streamed: false,
        prompt,
        promptPreview: preview(prompt),
        requestText: bodyText,
      },
      hosts: model.hosts,
      upstreamPath: '/api/embed',
      upstreamBodies: [toOllamaEmbed(request, model.name, this.settings.numCtx(model.name))],
      codec: new EmbeddingCodec(model.name, request.encoding_format === 'base64', request.dimensions ?? null),
    };
  }
}
