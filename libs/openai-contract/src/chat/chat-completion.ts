/** Why generation ended, in OpenAI's words. */
export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** Tokens as the upstream reported them. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
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
    message: { role: 'assistant'; content: string | null; refusal: null };
    logprobs: null;
    finish_reason: FinishReason;
  }[];
  usage?: Usage;
}

/** One frame of the streamed answer. `usage` is null, and present only when the client asked for it. */
export interface ChatCompletionChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  choices: {
    index: number;
    delta: { role?: 'assistant'; content?: string };
    logprobs: null;
    finish_reason: FinishReason | null;
  }[];
  usage?: Usage | null;
}
