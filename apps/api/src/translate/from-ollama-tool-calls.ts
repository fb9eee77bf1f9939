import type { ToolCall } from '@ollameter/openai-contract';
import type { OllamaToolCall } from '../upstream/ollama/ollama-wire';
import { BrokenAnswerError } from './broken-answer-error';

/** Makes a call id that is unique across the exchange's choices and turns. */
export type MintCallId = () => string;

/** Ollama's whole tool calls → OpenAI's: arguments as text, ids that are there and unique whatever the parser gave. */
export class ToolCallMapper {
  private readonly seen = new Set<string>();

  constructor(private readonly mint: MintCallId) {}

  map(call: OllamaToolCall): ToolCall {
    const id = call.id !== undefined && call.id !== '' && !this.seen.has(call.id) ? call.id : this.mint();
    this.seen.add(id);
    return {
      id,
      type: 'function',
      function: { name: call.function.name, arguments: JSON.stringify(call.function.arguments) },
    };
  }

  /**
   * A forced call, which came as the answer's text; null where the token limit cut it short.
   * @throws BrokenAnswerError where a whole answer is no call of one of these tools.
   */
  mapForced(text: string, names: readonly string[], cut: boolean): ToolCall | null {
    const call = parseCall(text);
    if (call !== null && names.includes(call.name)) return this.map({ function: call });
    if (cut) return null;
    throw new BrokenAnswerError("The model did not call a tool, as 'tool_choice' demands.");
  }
}

function parseCall(text: string): OllamaToolCall['function'] | null {
  try {
    const { name, arguments: args = {} } = JSON.parse(text) as { name?: unknown; arguments?: unknown };
    if (typeof name !== 'string' || typeof args !== 'object' || args === null) return null;
    return { name, arguments: args as Record<string, unknown> };
  } catch {
    return null;
  }
}
