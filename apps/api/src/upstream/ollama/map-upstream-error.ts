import { GatewayError } from '../gateway-error';

/** llama-server's own error, which Ollama forwards as JSON text inside its error string. */
interface LlamaServerError {
  error?: { message?: string; type?: string; n_prompt_tokens?: number; n_ctx?: number };
}

/** What the failed request was about, for the error's words. */
export interface UpstreamRequest {
  model: string;
  /** Ollama's path. */
  path: string;
}

/** The request field that holds the prompt, by Ollama's path. */
const PROMPT_FIELDS: Readonly<Record<string, string>> = {
  '/api/chat': 'messages',
  '/api/generate': 'prompt',
  '/api/embed': 'input',
  '/api/embeddings': 'prompt',
};

/**
 * What Ollama calls its own failure (500) and is the request's: no other host would do better, and none must rest for it.
 * A picture that is none, and a conversation that the model's template refuses (`raise_exception` of Jinja).
 */
const REQUEST_AT_FAULT: readonly { words: RegExp; says: string }[] = [
  {
    words: /image: unknown format|invalid image|failed to (?:load|decode|process) (?:image|media)/i,
    says: 'The model server cannot read an image of this request',
  },
  {
    words: /jinja|chat template|^template: /i,
    says: "The model's chat template refuses this conversation",
  },
];

/**
 * Ollama's error (`{"error":"text"}` with a status before the first record, or a line after it) → ours.
 * Wordings: Ollama's `server/routes.go`, `server/sched.go`, and llama-server's `exceed_context_size_error`.
 * @param status HTTP status; 0 where the error came as a line of a running stream.
 */
export function mapUpstreamError(
  status: number,
  text: string,
  { model, path }: UpstreamRequest,
): GatewayError {
  const inner = llamaServerError(text);
  if (
    inner?.error?.type === 'exceed_context_size_error' ||
    /longer than the context length|exceeds the (available )?context (length|size)/i.test(text)
  )
    return contextExceeded(inner, PROMPT_FIELDS[path] ?? null);
  if (status === 404 || /^model ['"].*not found/i.test(text)) return modelNotFound(model);
  if (/does not support /i.test(text))
    return new GatewayError('unsupported_value', `The model '${model}' cannot do this: ${plain(text)}.`, {
      param: 'model',
    });
  const option = /^option "([^"]{1,100})" must be/.exec(text)?.[1];
  if (option !== undefined)
    return new GatewayError('invalid_value', `${plain(text)}.`, { param: `options.${option}` });
  if (/grammar|invalid format|json schema/i.test(text))
    return new GatewayError('invalid_value', `The model server cannot follow this format: ${plain(text)}.`, {
      param: 'response_format',
    });
  const blamed = REQUEST_AT_FAULT.find(({ words }) => words.test(text));
  if (blamed !== undefined)
    return new GatewayError('invalid_value', `${blamed.says}: ${plain(inner?.error?.message ?? text)}.`, {
      param: PROMPT_FIELDS[path] ?? null,
    });
  if (status === 503)
    return new GatewayError(
      'server_is_overloaded',
      'The model server is busy: it has too many pending requests.',
      { retryAfterMs: 5000, hostFault: true },
    );
  if (status === 400)
    return new GatewayError(
      'invalid_value',
      `The model server refused the request: ${plain(inner?.error?.message ?? text)}.`,
    );
  return new GatewayError(
    'upstream_error',
    `The model server failed: ${plain(inner?.error?.message ?? text)}.`,
    { hostFault: status >= 500 },
  );
}

function contextExceeded(inner: LlamaServerError | null, param: string | null): GatewayError {
  const { n_prompt_tokens: tokens, n_ctx: limit } = inner?.error ?? {};
  return new GatewayError(
    'context_length_exceeded',
    tokens !== undefined && limit !== undefined
      ? `This model's maximum context length is ${limit} tokens. However, the request holds ${tokens} tokens.`
      : "The request is longer than this model's maximum context length.",
    { param },
  );
}

/** 404 for a model that no host has, with the hint that helps. */
export function modelNotFound(model: string, hint = ''): GatewayError {
  return new GatewayError(
    'model_not_found',
    `The model '${model}' does not exist on any host of this gateway.${hint}`,
    { param: 'model' },
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
