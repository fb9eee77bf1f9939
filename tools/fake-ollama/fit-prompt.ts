import { goJson } from './go-json.ts';
import { countTokens } from './generate-text.ts';
import { HttpError, STREAM_ERROR_TYPE } from './http-error.ts';
import type { Model } from './model-catalogue.ts';
import type { InferenceBody, WireMessage } from './ollama-wire.ts';

/** Tokens that a chat template puts around each message. */
const MESSAGE_OVERHEAD = 4;
const IMAGE_TOKENS = 768;

/** Messages that fit into the context, and their length in tokens. */
export interface FittedPrompt {
  readonly messages: readonly WireMessage[];
  readonly tokens: number;
}

/**
 * Fits a conversation into the loaded context (facts §1): with `truncate` (default) the oldest messages that are not
 * system go and the last one stays; what is still too long is an error (native mode) or loses its middle (rendered
 * mode with `shift`).
 * @throws HttpError 400 whose text is llama-server's JSON, or Ollama's own sentence in rendered mode without `shift`.
 */
export function fitPrompt(
  model: Model,
  body: InferenceBody,
  messages: readonly WireMessage[],
  numCtx: number,
): FittedPrompt {
  const sized = messages.map((message) => ({ message, tokens: messageTokens(message) }));
  const total = (): number => sized.reduce((sum, { tokens }) => sum + tokens, 0);
  let tokens = total();
  if (body.truncate !== false) {
    while (tokens > numCtx) {
      const oldest = sized.findIndex(({ message }, at) => message.role !== 'system' && at < sized.length - 1);
      if (oldest < 0) break;
      sized.splice(oldest, 1);
      tokens = total();
    }
  }
  if (tokens > numCtx) {
    if (model.mode === 'native' || body.truncate === false) throw overflow(model, body, tokens, numCtx);
    if (body.shift === false) throw overflow(model, body, tokens, numCtx);
    tokens = Math.floor(numCtx / 2);
  }
  return { messages: sized.map(({ message }) => message), tokens };
}

function messageTokens(message: WireMessage): number {
  return MESSAGE_OVERHEAD + countTokens(message.content ?? '') + IMAGE_TOKENS * (message.images?.length ?? 0);
}

function overflow(model: Model, body: InferenceBody, tokens: number, numCtx: number): HttpError {
  const type = body.stream === false ? undefined : STREAM_ERROR_TYPE;
  if (model.mode === 'rendered' && body.shift === false) {
    return new HttpError(
      400,
      'the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the context length in settings, or use a model with a longer context length',
      type,
    );
  }
  const error = {
    code: 400,
    message: `request (${tokens} tokens) exceeds the available context size (${numCtx} tokens), try increasing it`,
    type: 'exceed_context_size_error',
    n_prompt_tokens: tokens,
    n_ctx: numCtx,
  };
  return new HttpError(400, goJson({ error }), type);
}
