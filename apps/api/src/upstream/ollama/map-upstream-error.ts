import { GatewayError } from '../gateway-error';

/** llama-server's own error, which Ollama forwards as JSON text inside its error string. */
interface LlamaServerError {
  error?: { message?: string; type?: string; n_prompt_tokens?: number; n_ctx?: number };
}

/**
 * Ollama's error (`{"error":"text"}` with a status before the first record, or a line after it) → ours.
 * Wordings: Ollama's `server/routes.go`, `server/sched.go`, and llama-server's `exceed_context_size_error`.
 * @param status HTTP status; 0 where the error came as a line of a running stream.
 */
export function mapUpstreamError(status: number, text: string, model: string): GatewayError {
  const inner = llamaServerError(text);
  if (inner?.error?.type === 'exceed_context_size_error') {
    const { n_prompt_tokens: tokens, n_ctx: limit } = inner.error;
    return new GatewayError(
      'context_length_exceeded',
      tokens !== undefined && limit !== undefined
        ? `This model's maximum context length is ${limit} tokens, but the messages hold ${tokens} tokens.`
        : 'The messages are longer than the context length of this model.',
      { param: 'messages' },
    );
  }
  if (/longer than the context length|exceeds the (available )?context (length|size)/i.test(text))
    return new GatewayError(
      'context_length_exceeded',
      'The messages are longer than the maximum context length of this model.',
      {
        param: 'messages',
      },
    );
  if (status === 404 || /^model ['"].*not found/i.test(text)) return modelNotFound(model);
  if (/does not support (chat|generate|tools|thinking)/i.test(text))
    return new GatewayError('unsupported_value', `The model '${model}' cannot do this: ${plain(text)}.`, {
      param: 'model',
    });
  if (status === 503)
    return new GatewayError(
      'server_is_overloaded',
      'The model server is busy: it has too many pending requests.',
      {
        retryAfterMs: 5000,
      },
    );
  if (status === 400)
    return new GatewayError(
      'invalid_value',
      `The model server refused the request: ${plain(inner?.error?.message ?? text)}.`,
    );
  return new GatewayError(
    'upstream_error',
    `The model server failed: ${plain(inner?.error?.message ?? text)}.`,
  );
}

/** 404 for a model that no host has, with the hint that helps. */
export function modelNotFound(model: string, hint = ''): GatewayError {
  return new GatewayError(
    'model_not_found',
    `The model '${model}' does not exist on any host of this gateway.${hint}`,
    {
      param: 'model',
    },
  );
}

function llamaServerError(text: string): LlamaServerError | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as LlamaServerError;
  } catch {
    return null;
  }
}

function plain(text: string): string {
  return text.trim().replace(/\.+$/, '').slice(0, 500);
}
