/** Why generation ended, in OpenAI's words. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'function_call';

/** Tokens as the upstream reported them; details only where it told. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens: number };
  completion_tokens_details?: { reasoning_tokens: number };
  ollameter?: UsageCharge;
}

/** Our extension of `usage`, off by default: what the answer took, as known when it went out. */
export interface UsageCharge {
  energy_wh: number;
  energy_quality: string;
  /** Decimal string; null where it is not known. */
  cost: string | null;
  /** ISO 4217. */
  currency: string;
}

/** A whole tool call; `arguments` is JSON text. */
export interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export interface TokenLogprob {
  token: string;
  logprob: number;
  bytes: number[];
  top_logprobs: { token: string; logprob: number; bytes: number[] }[];
}

export interface ChoiceLogprobs {
  content: TokenLogprob[];
  refusal: null;
}

/** The answer's message. `reasoning_content` is not OpenAI's, but what clients of reasoning models read. */
export interface AssistantMessage {
  role: 'assistant';
  content: string | null;
  refusal: null;
  /** Of web searches; there are none. */
  annotations: never[];
  reasoning_content?: string;
  tool_calls?: ToolCall[];
  function_call?: { name: string; arguments: string };
}

/** The unary answer of `POST /v1/chat/completions`. */
export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  /** Unix seconds. */
  created: number;
  model: string;
  choices: {
    index: number;
    message: AssistantMessage;
    logprobs: ChoiceLogprobs | null;
    finish_reason: FinishReason;
  }[];
  usage?: Usage;
  service_tier: 'default';
}

/** What one frame adds to a choice's message. */
export interface ChatDelta {
  role?: 'assistant';
  content?: string | null;
  reasoning_content?: string;
  tool_calls?: {
    index: number;
    id?: string;
    type?: 'function';
    function: { name?: string; arguments: string };
  }[];
  function_call?: { name?: string; arguments?: string };
}

/** One frame of the streamed answer. `usage` is null, and present only when the client asked for it. */
export interface ChatCompletionChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  choices: {
    index: number;
    delta: ChatDelta;
    logprobs: ChoiceLogprobs | null;
    finish_reason: FinishReason | null;
  }[];
  usage?: Usage | null;
}
