import type { TokenLogprob, UsageCharge } from '../chat/chat-completion';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface OutputText {
  type: 'output_text';
  text: string;
  annotations: never[];
  logprobs: TokenLogprob[];
}

export interface MessageItem {
  id: string;
  type: 'message';
  role: 'assistant';
  status: ItemStatus;
  content: OutputText[];
}

export interface FunctionCallItem {
  id: string;
  type: 'function_call';
  call_id: string;
  name: string;
  /** JSON text. */
  arguments: string;
  status: ItemStatus;
}

export interface ReasoningItem {
  id: string;
  type: 'reasoning';
  summary: { type: 'summary_text'; text: string }[];
  content?: { type: 'reasoning_text'; text: string }[];
  status: ItemStatus;
}

export type OutputItem = MessageItem | FunctionCallItem | ReasoningItem;

export interface ResponseUsage {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
  ollameter?: UsageCharge;
}

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

/** What a response repeats of its request. */
export interface ResponseEcho {
  instructions: string | null;
  metadata: Record<string, string>;
  model: string;
  parallel_tool_calls: boolean;
  temperature: number | null;
  top_p: number | null;
  tool_choice: unknown;
  tools: unknown[];
  background: boolean;
  max_output_tokens: number | null;
  max_tool_calls: number | null;
  prompt_cache_key: string | null;
  previous_response_id: string | null;
  reasoning: { effort: string | null; summary: string | null };
  safety_identifier: string | null;
  store: boolean;
  text: { format: unknown; verbosity: string | null };
  top_logprobs: number;
  user?: string;
  truncation: 'auto' | 'disabled';
}

/** The object of the Responses API. `usage` is null until the response has ended. */
export interface Response extends ResponseEcho {
  id: string;
  /** OpenAI's, declared as always there; there are none here. */
  access_programs: null;
  object: 'response';
  /** Unix seconds. */
  created_at: number;
  status: ResponseStatus;
  error: { code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt'; message: string } | null;
  incomplete_details: { reason: 'max_output_tokens' } | null;
  output: OutputItem[];
  usage: ResponseUsage | null;
}
