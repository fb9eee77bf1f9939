import type { EmbeddingList, EmbeddingRequest, ErrorEnvelope, UsageCharge } from '@ollameter/openai-contract';
import type { OllamaEmbedRequest, OllamaRecord } from '../upstream/ollama/ollama-wire';
import type { AnswerCodec } from './answer-codec';
import { UntranslatableError } from './untranslatable-error';

/**
 * An embeddings request → Ollama's `POST /api/embed`; an input that is too long is an error, never cut in silence.
 * @throws UntranslatableError for token arrays: Ollama exposes no tokenizer.
 */
export function toOllamaEmbed(
  request: EmbeddingRequest,
  model: string,
  pinnedNumCtx: number | null,
): OllamaEmbedRequest {
  return {
    model,
    input: embeddingInputs(request),
    truncate: false,
    ...(request.dimensions != null && { dimensions: request.dimensions }),
    ...(pinnedNumCtx !== null && { options: { num_ctx: pinnedNumCtx } }),
    ...(request.keep_alive != null && { keep_alive: request.keep_alive }),
  };
}

export function embeddingInputs({ input }: EmbeddingRequest): string[] {
  if (typeof input === 'string') return [input];
  return input.map((item) => {
    if (typeof item !== 'string')
      throw new UntranslatableError(
        'input',
        'Token arrays are not supported by this gateway; send text (LangChain for Python: check_embedding_ctx_length=False).',
        'unsupported_value',
      );
    return item;
  });
}

/** Ollama's one embed record → OpenAI's list, in the encoding that was asked for. */
export class EmbeddingCodec implements AnswerCodec {
  readonly logsBody = false;
  readonly flaw = null;
  readonly answer = '';
  private record: OllamaRecord = {};
  private charged: UsageCharge | null = null;

  constructor(
    private readonly model: string,
    private readonly base64: boolean,
    private readonly dimensions: number | null,
  ) {}

  /** @throws UntranslatableError where the model's vectors are shorter than was asked for: Ollama sends those it has. */
  take(records: readonly OllamaRecord[]): string {
    this.record = records.at(-1) ?? this.record;
    const length = this.record.embeddings?.[0]?.length ?? 0;
    if (this.dimensions !== null && length > 0 && length < this.dimensions)
      throw new UntranslatableError(
        'dimensions',
        `The model '${this.model}' gives vectors of ${length} dimensions, fewer than the ${this.dimensions} asked for.`,
        'invalid_value',
      );
    return '';
  }

  charge(charge: UsageCharge): void {
    this.charged = charge;
  }

  body(): string {
    const tokens = this.record.prompt_eval_count ?? 0;
    const list: EmbeddingList = {
      object: 'list',
      data: (this.record.embeddings ?? []).map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: this.base64 ? toBase64(vector) : vector,
      })),
      model: this.model,
      usage: {
        prompt_tokens: tokens,
        total_tokens: tokens,
        ...(this.charged !== null && { ollameter: this.charged }),
      },
    };
    return JSON.stringify(list);
  }

  last(): string {
    return this.body();
  }

  failure(error: ErrorEnvelope): string {
    return JSON.stringify(error);
  }
}

/** Little-endian float32, as both official SDKs decode it. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString('base64');
}
