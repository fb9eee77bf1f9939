import { HttpError } from './http-error.ts';
import type { WireOptions } from './ollama-wire.ts';

const OPTION_TYPES: Readonly<Record<string, 'integer' | 'float32' | 'boolean' | 'array'>> = {
  num_keep: 'integer',
  seed: 'integer',
  num_predict: 'integer',
  top_k: 'integer',
  top_p: 'float32',
  min_p: 'float32',
  typical_p: 'float32',
  repeat_last_n: 'integer',
  temperature: 'float32',
  repeat_penalty: 'float32',
  presence_penalty: 'float32',
  frequency_penalty: 'float32',
  stop: 'array',
  num_ctx: 'integer',
  num_batch: 'integer',
  num_gpu: 'integer',
  main_gpu: 'integer',
  use_mmap: 'boolean',
  num_thread: 'integer',
  draft_num_predict: 'integer',
};

const ACCEPTS = {
  integer: (value: unknown) => typeof value === 'number',
  float32: (value: unknown) => typeof value === 'number',
  boolean: (value: unknown) => typeof value === 'boolean',
  array: (value: unknown) => Array.isArray(value),
} as const;

/**
 * Checks `options` as Ollama does once the model is known; unknown keys are only logged there.
 * @throws HttpError 500 `option "x" must be of type …`.
 */
export function checkOptions(options: WireOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const type = Object.hasOwn(OPTION_TYPES, name) ? OPTION_TYPES[name] : undefined;
    if (type === undefined || value === null) continue;
    if (!ACCEPTS[type](value)) throw new HttpError(500, `option "${name}" must be of type ${type}`);
    if (Array.isArray(value) && value.some((item) => typeof item !== 'string')) {
      throw new HttpError(500, `option "${name}" must be of an array of strings`);
    }
  }
}
