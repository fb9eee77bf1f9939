/** Ollama's native wire, as far as the gateway reads it. Durations are ns; a figure of 0 is omitted. */

export interface OllamaMessage {
  role: string;
  content: string;
  thinking?: string;
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
}

/** Body of `POST /api/chat`. `truncate: false` makes an overlong prompt an error instead of a silent cut. */
export interface OllamaChatRequest {
  model: string;
  messages: OllamaMessage[];
  stream: true;
  truncate: false;
  options?: OllamaOptions;
  keep_alive?: string | number;
}

export interface OllamaTags {
  models?: {
    name: string;
    modified_at?: string;
    digest?: string;
    capabilities?: string[];
    details?: { family?: string; context_length?: number };
  }[];
}
