/** Capabilities as `/api/show` and `/api/tags` name them. */
export type Capability = 'completion' | 'tools' | 'insert' | 'vision' | 'embedding' | 'thinking' | 'audio';

/** One tool call on the wire; `arguments` is an object, never a string. */
export interface WireToolCall {
  id?: string;
  function: { index?: number; name: string; arguments: Record<string, unknown> };
}

/** One message of `POST /api/chat`. */
export interface WireMessage {
  role?: string;
  content?: string;
  thinking?: string;
  images?: string[];
  tool_calls?: WireToolCall[];
  tool_name?: string;
  tool_call_id?: string;
}

/** One entry of `tools`. */
export interface WireTool {
  type?: string;
  function?: { name?: string; description?: string; parameters?: Record<string, unknown> };
}

/** The options that the stand-in reads; the rest is checked for its type and otherwise ignored. */
export interface WireOptions {
  num_predict?: number;
  seed?: number;
  stop?: string[];
  num_ctx?: number;
  [option: string]: unknown;
}

/** What `/api/chat` and `/api/generate` share. */
export interface InferenceBody {
  model?: string;
  stream?: boolean;
  format?: unknown;
  keep_alive?: number | string;
  think?: boolean | string;
  truncate?: boolean;
  shift?: boolean;
  logprobs?: boolean;
  top_logprobs?: number;
  options?: WireOptions;
}

/** Body of `POST /api/chat`, after its types were checked. */
export interface ChatBody extends InferenceBody {
  messages?: WireMessage[];
  tools?: WireTool[];
}

/** Body of `POST /api/generate`, after its types were checked. */
export interface GenerateBody extends InferenceBody {
  prompt?: string;
  suffix?: string;
  system?: string;
  template?: string;
  context?: number[];
  raw?: boolean;
  images?: string[];
}

/** Body of `POST /api/embed` and, with `prompt`, of the older `/api/embeddings`. */
export interface EmbedBody {
  model?: string;
  input?: unknown;
  prompt?: string;
  truncate?: boolean;
  dimensions?: number;
  keep_alive?: number | string;
  options?: WireOptions;
}

/** One token's log probability. */
export interface WireLogprob {
  token: string;
  logprob: number;
  bytes?: number[];
  top_logprobs?: { token: string; logprob: number; bytes?: number[] }[];
}

/** The final record's figures: durations in nanoseconds, every field omitted when 0. */
export interface WireMetrics {
  total_duration?: number;
  load_duration?: number;
  prompt_eval_count?: number;
  prompt_eval_cached_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
  eval_duration?: number;
}
