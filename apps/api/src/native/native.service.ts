import { Injectable } from '@nestjs/common';
import { isWithinDepth } from '@ollameter/openai-contract';
import type { Exchange } from '../exchange/exchange';
import { NDJSON_FORM } from '../openai/answer';
import type { GenerationPlan } from '../openai/generation.pipeline';
import { ModelFactsService } from '../openai/model-facts.service';
import { NativeCodec } from '../translate/native-codec';
import { preview } from '../translate/prompt-text';
import { isRecord, nativePrompt, toNativeBody } from '../translate/to-native-body';
import { GatewayError } from '../upstream/gateway-error';
import { canonicalModelName } from '../upstream/ollama/model-name';
import { HostPool } from '../upstream/ollama/host-pool.service';

/** Ollama's native generation paths. */
export type NativePath = '/api/chat' | '/api/generate' | '/api/embed' | '/api/embeddings';

/** Ollama's native API: the same keys, limits, metering and log as `/v1`; the wire is left alone. */
@Injectable()
export class NativeService {
  constructor(
    private readonly hosts: HostPool,
    private readonly facts: ModelFactsService,
  ) {}

  /** @throws GatewayError for a body that is no object, or a model that no host has. */
  async plan(
    path: NativePath,
    exchange: Exchange,
    body: unknown,
    bodyText: string | null,
  ): Promise<GenerationPlan> {
    if (!isRecord(body)) throw new GatewayError('invalid_value', 'missing request body');
    if (!isWithinDepth(body))
      throw new GatewayError('invalid_value', 'the request body is nested too deeply');
    const { model: asked, stream, options } = body;
    if (asked != null && typeof asked !== 'string')
      throw new GatewayError('invalid_value', 'model must be a string', { param: 'model' });
    if (stream != null && typeof stream !== 'boolean')
      throw new GatewayError('invalid_value', 'stream must be a boolean', { param: 'stream' });
    const model = await this.hosts.resolve(asked);
    const { context } = await this.facts.of(model, exchange.caller, options);
    const embeds = path === '/api/embed' || path === '/api/embeddings';
    const streamed = !embeds && stream !== false;
    const prompt = nativePrompt(body);
    return {
      subject: { model: model.name, streamed, prompt, promptPreview: preview(prompt), requestText: bodyText },
      hosts: model.hosts,
      upstreamPath: path,
      upstreamBodies: [toNativeBody(body, wireName(asked, model.name), context, !embeds)],
      codec: new NativeCodec(streamed, !embeds),
      streamForm: NDJSON_FORM,
    };
  }
}

/** The client's own spelling, which comes back in the answer; an alias is not known to the host. */
function wireName(asked: string | null | undefined, name: string): string {
  return asked != null && canonicalModelName(asked) === canonicalModelName(name) ? asked : name;
}
