import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import { NDJSON_FORM } from '../openai/answer';
import type { GenerationPlan } from '../openai/generation.pipeline';
import { factsOf } from '../openai/model-facts';
import { NativeCodec } from '../translate/native-codec';
import { preview } from '../translate/prompt-text';
import { isRecord, nativePrompt, toNativeBody } from '../translate/to-native-body';
import { GatewayError } from '../upstream/gateway-error';
import { HostPool } from '../upstream/ollama/host-pool.service';

/** Ollama's native generation paths. */
export type NativePath = '/api/chat' | '/api/generate' | '/api/embed' | '/api/embeddings';

/** Ollama's native API: the same keys, limits, metering and log as `/v1`; the wire is left alone. */
@Injectable()
export class NativeService {
  constructor(
    private readonly config: AppConfig,
    private readonly hosts: HostPool,
  ) {}

  /** @throws GatewayError for a body that is no object, or a model that no host has. */
  async plan(path: NativePath, body: unknown, bodyText: string | null): Promise<GenerationPlan> {
    if (!isRecord(body)) throw new GatewayError('invalid_value', 'missing request body');
    const { model: asked, stream } = body;
    if (asked !== undefined && typeof asked !== 'string')
      throw new GatewayError('invalid_value', 'model must be a string', { param: 'model' });
    if (stream !== undefined && typeof stream !== 'boolean')
      throw new GatewayError('invalid_value', 'stream must be a boolean', { param: 'stream' });
    const model = await this.hosts.resolve(asked);
    const embeds = path === '/api/embed' || path === '/api/embeddings';
    const streamed = !embeds && stream !== false;
    const prompt = nativePrompt(body);
    return {
      subject: { model: model.name, streamed, prompt, promptPreview: preview(prompt), requestText: bodyText },
      hosts: model.hosts,
      upstreamPath: path,
      upstreamBodies: [toNativeBody(body, model.name, factsOf(model, this.config.numCtx).context, !embeds)],
      codec: new NativeCodec(streamed, !embeds),
      streamForm: NDJSON_FORM,
    };
  }
}
