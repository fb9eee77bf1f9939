/** Ollama's native wire, as far as the gateway reads and writes it. Durations are ns; a figure of 0 is omitted. */

export interface OllamaToolCall {
  id?: string;
  /** `index` is unreliable: most parsers leave it 0 for every call. */
  function: { index?: number; name: string; arguments: Record<string, unknown> };
}

export interface OllamaMessage {
  role: string;
  content: string;
  thinking?: string;
  /** Base64, without a data URL's head. */
  images?: string[];
  tool_calls?: OllamaToolCall[];
  tool_name?: string;
  tool_call_id?: string;
}

export interface OllamaLogprob {
  token: string;
  logprob: number;
  bytes?: number[] | null;
  top_logprobs?: { token: string; logprob: number; bytes?: number[] | null }[];
}

/** One line of an answer of `/api/chat` or `/api/generate`; the metrics come with `done: true` only. */
export interface OllamaRecord {
  model?: string;
  created_at?: string;
  /** `/api/chat`. */
  message?: OllamaMessage;
  /** `/api/generate`. */
  response?: string;
  thinking?: string;
  logprobs?: OllamaLogprob[];
  /** `/api/embed`, one record. */
  embeddings?: number[][];
  /** `/api/embeddings`, the older form. */
  embedding?: number[];
  done?: boolean;
  done_reason?: string;
  total_duration?: number;
  load_duration?: number;
  prompt_eval_count?: number;
  prompt_eval_cached_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
  eval_duration?: number;
  /** An error after the first record; nothing follows it. */
  error?: string;
}

export interface OllamaOptions {
  num_predict?: number;
  num_ctx?: number;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
  repeat_penalty?: number;
  presence_penalty?: number;
  frequency_penalty?: number;
  seed?: number;
  stop?: string[];
  /** Whatever else a client sends under `options`, load-time options apart. */
  [option: string]: unknown;
}

export interface OllamaTool {
  type: 'function';
  function: { name: string; description?: string; parameters: Record<string, unknown> };
}

/** `think`: a switch, or for some models a level. */
export type OllamaThink = boolean | 'low' | 'medium' | 'high' | 'max';

/** `"json"` or a JSON schema that constrains the sampler. */
export type OllamaFormat = 'json' | Record<string, unknown>;

/** Body of `POST /api/chat`. `truncate: false` makes an overlong prompt an error instead of a silent cut. */
export interface OllamaChatRequest {
  model: string;
  messages: OllamaMessage[];
  stream: true;
  truncate: false;
  tools?: OllamaTool[];
  format?: OllamaFormat;
  think?: OllamaThink;
  logprobs?: boolean;
  top_logprobs?: number;
  options?: OllamaOptions;
  keep_alive?: string | number;
}

/** Body of `POST /api/generate`; `raw` sends the prompt without the model's chat template. */
export interface OllamaGenerateRequest {
  model: string;
  prompt: string;
  suffix?: string;
  raw?: true;
  stream: true;
  truncate: false;
  think?: OllamaThink;
  options?: OllamaOptions;
  keep_alive?: string | number;
}

/** Body of `POST /api/embed`; the answer is one record. */
export interface OllamaEmbedRequest {
  model: string;
  input: string[];
  truncate: false;
  dimensions?: number;
  options?: OllamaOptions;
  keep_alive?: string | number;
}

export interface OllamaTags {
  models?: {
    name: string;
    modified_at?: string;
    size?: number;
    digest?: string;
    /** Older servers leave them out. */
    capabilities?: string[];
    details?: {
      family?: string;
      parameter_size?: string;
      quantization_level?: string;
      context_length?: number;
    };
  }[];
}

/** Answer of `GET /api/ps`. */
export interface OllamaRunning {
  models?: {
    name: string;
    size?: number;
    size_vram?: number;
    /** Far in the future for a model that stays for ever. */
    expires_at?: string;
    context_length?: number;
  }[];
}

/** One line of `POST /api/pull`; the last one says `success`, or carries `error`. */
export interface OllamaPullRecord {
  status?: string;
  digest?: string;
  total?: number;
  completed?: number;
  error?: string;
}
