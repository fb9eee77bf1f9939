import type { CompletionRequest } from '@ollameter/openai-contract';
import type { OllamaGenerateRequest } from '../upstream/ollama/ollama-wire';
import type { ModelFacts } from './model-facts';
import { refuseLogitBias } from './to-ollama-chat';
import { toOllamaOptions } from './to-ollama-options';
import { UntranslatableError } from './untranslatable-error';

/** OpenAI's default, and what its clients count on. */
const DEFAULT_MAX_TOKENS = 16;
/** Generations of one request: prompts × n. */
const MAX_CHOICES = 2048;

/**
 * The prompts of a completion request.
 * @throws UntranslatableError for token arrays (Ollama exposes no tokenizer), and for an empty prompt: Ollama takes that as
 * the wish to load the model, and its answer would look like one.
 */
export function completionPrompts(request: CompletionRequest): string[] {
  const { prompt } = request;
  const prompts = Array.isArray(prompt) ? prompt : [prompt ?? ''];
  if (prompts.length === 0)
    throw new UntranslatableError('prompt', "'prompt' is an empty array.", 'invalid_value');
  return prompts.map((item) => {
    if (typeof item !== 'string')
      throw new UntranslatableError(
        'prompt',
        'Token arrays are not supported by this gateway; send text.',
        'unsupported_value',
      );
    if (item === '')
      throw new UntranslatableError(
        'prompt',
        "'prompt' is empty: Ollama generates nothing from that.",
        'invalid_value',
      );
    return item;
  });
}

/**
 * A legacy completion request → one Ollama `POST /api/generate` per prompt and choice, prompt-major. The prompt is
 * sent raw, without the chat template; with a `suffix` the model's own fill-in-the-middle template is needed.
 * @throws UntranslatableError naming the field that cannot be honoured.
 */
export function toOllamaGenerate(request: CompletionRequest, model: ModelFacts): OllamaGenerateRequest[] {
  if (request.best_of != null && request.best_of > (request.n ?? 1))
    throw new UntranslatableError('best_of', "'best_of' is not supported by this gateway.");
  if (request.logprobs != null)
    throw new UntranslatableError('logprobs', "'logprobs' is not supported on completions by this gateway.");
  refuseLogitBias(request.logit_bias);
  const prompts = completionPrompts(request);
  if (prompts.length * (request.n ?? 1) > MAX_CHOICES)
    throw new UntranslatableError(
      'n',
      `'n' times the number of prompts may be at most ${MAX_CHOICES}.`,
      'invalid_value',
    );
  const suffix = request.suffix != null && request.suffix !== '' ? request.suffix : null;
  const options = toOllamaOptions(request, request.max_tokens ?? DEFAULT_MAX_TOKENS, model.context);
  return prompts.flatMap((prompt) =>
    Array.from({ length: request.n ?? 1 }, (_, choice): OllamaGenerateRequest => ({
      model: model.name,
      prompt,
      ...(suffix === null ? { raw: true } : { suffix }),
      // The text is continued as it stands; a thought has no place in it.
      ...(model.canThink === true && { think: false }),
      stream: true,
      truncate: false,
      options: request.seed == null || choice === 0 ? options : { ...options, seed: request.seed + choice },
      ...(request.keep_alive != null && { keep_alive: request.keep_alive }),
    })),
  );
}
