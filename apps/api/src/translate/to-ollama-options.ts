import type { OllamaOptions } from '../upstream/ollama/ollama-wire';
import { UntranslatableError } from './untranslatable-error';

/** The sampling fields that OpenAI's endpoints share. */
export interface SamplingFields {
  temperature?: number | null;
  top_p?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  seed?: number | null;
  stop?: string | string[] | null;
  top_k?: number | null;
  min_p?: number | null;
  repeat_penalty?: number | null;
  options?: Record<string, unknown> | null;
}

/** What the gateway knows of the context that the model has, or would be loaded with. */
export interface ContextLimits {
  /** Sent with every request for this model, so that it never reloads; null: never sent. */
  pinnedNumCtx: number | null;
  /** The context it is loaded with now, or else the longest it can have; null where unknown. */
  availableNumCtx: number | null;
  /** The caller may reload models: its load-time options are sent on. */
  mayReload: boolean;
}

const SAMPLING_FIELDS = [
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'repeat_penalty',
  'presence_penalty',
  'frequency_penalty',
  'seed',
] as const;

/**
 * A change of one of these reloads the model under everybody's requests (Ollama `server/sched.go`, `needsReload`).
 * They decide how fast a model runs, not what it answers, so a client's wish is not sent on.
 */
const LOAD_TIME_OPTIONS: ReadonlySet<string> = new Set([
  'num_ctx',
  'num_batch',
  'num_gpu',
  'main_gpu',
  'use_mmap',
  'num_thread',
  'draft_num_predict',
  'shift',
]);

/**
 * Sampling fields → Ollama's `options`; absent fields stay absent, so that the model's own parameters hold.
 * Fields win over the same name under `options`.
 * @throws UntranslatableError `context_length_exceeded` for a `num_ctx` beyond what the model has.
 */
export function toOllamaOptions(
  fields: SamplingFields,
  maxTokens: number | null | undefined,
  context: ContextLimits,
): OllamaOptions {
  const options: OllamaOptions = {};
  for (const [name, value] of Object.entries(fields.options ?? {}))
    if (context.mayReload || !LOAD_TIME_OPTIONS.has(name)) options[name] = value;
  checkNumCtx(fields.options?.['num_ctx'], context);
  if (maxTokens != null) options.num_predict = maxTokens;
  if (context.pinnedNumCtx !== null) options.num_ctx ??= context.pinnedNumCtx;
  for (const field of SAMPLING_FIELDS) {
    const value = fields[field];
    if (value != null) options[field] = value;
  }
  // An empty stop text would end every answer before its first token.
  const stop = [fields.stop ?? []].flat().filter((text) => text !== '');
  if (stop.length > 0) options.stop = stop;
  return options;
}

/** A context up to what the model has is satisfied already; a larger one would reload it. */
function checkNumCtx(asked: unknown, context: ContextLimits): void {
  if (asked == null) return;
  if (typeof asked !== 'number' || !Number.isInteger(asked) || asked < 1)
    throw new UntranslatableError(
      'options.num_ctx',
      "'options.num_ctx' must be a whole number of tokens.",
      'invalid_value',
    );
  if (context.mayReload) return;
  const available = context.pinnedNumCtx ?? context.availableNumCtx;
  if (available !== null && asked > available)
    throw new UntranslatableError(
      'options.num_ctx',
      `This model's maximum context length here is ${available} tokens, but 'num_ctx' asks for ${asked}.`,
      'context_length_exceeded',
    );
}
