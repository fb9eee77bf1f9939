import type {
  AssistantMessage,
  ChatCompletion,
  ChoiceLogprobs,
  FinishReason,
  ToolCall,
} from '@ollameter/openai-contract';
import type { OllamaRecord } from '../upstream/ollama/ollama-wire';
import { type JsonCalls, JsonCallReader } from './json-call-reader';

/** One of the `n` answers of a chat request, as far as it has come. */
export class ChatChoice {
  text = '';
  reasoning = '';
  /** Records that carried thinking: Ollama's wire has one per token. */
  reasoningTokens = 0;
  readonly toolCalls: ToolCall[] = [];
  logprobs: ChoiceLogprobs | null = null;
  done: OllamaRecord | null = null;
  roleSent = false;
  /** Set where the text may be a call. */
  readonly written: JsonCallReader | null;

  constructor(
    readonly index: number,
    jsonCalls: JsonCalls | null,
  ) {
    this.written = jsonCalls === null ? null : new JsonCallReader(jsonCalls);
  }

  addLogprobs(logprobs: ChoiceLogprobs): void {
    if (this.logprobs === null) this.logprobs = logprobs;
    else this.logprobs.content.push(...logprobs.content);
  }

  /** Ollama has no reason for a tool turn: it ends `stop`. A token limit wins over everything. */
  finishReason(legacyFunctions: boolean): FinishReason {
    if (this.done?.done_reason === 'length') return 'length';
    if (this.toolCalls.length > 0) return legacyFunctions ? 'function_call' : 'tool_calls';
    return 'stop';
  }

  folded(legacyFunctions: boolean): ChatCompletion['choices'][number] {
    return {
      index: this.index,
      message: this.message(legacyFunctions),
      logprobs: this.logprobs,
      finish_reason: this.finishReason(legacyFunctions),
    };
  }

  private message(legacyFunctions: boolean): AssistantMessage {
    const [first] = this.toolCalls;
    return {
      role: 'assistant',
      content: first !== undefined && this.text === '' ? null : this.text,
      refusal: null,
      annotations: [],
      ...(this.reasoning !== '' && { reasoning_content: this.reasoning }),
      ...(first !== undefined &&
        (legacyFunctions ? { function_call: first.function } : { tool_calls: this.toolCalls })),
    };
  }
}
