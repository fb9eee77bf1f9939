import type { ToolCall } from '@ollameter/openai-contract';
import type { OllamaToolCall } from '../upstream/ollama/ollama-wire';
import { BrokenAnswerError } from './broken-answer-error';
import type { JsonCalls } from './json-call-reader';

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
   * A call that came as the answer's text; null where the text is none and need not be one, or was cut short.
   * @throws BrokenAnswerError where a whole answer had to be a call of one of these tools, and is not.
   */
  mapWritten(text: string, { names, required }: JsonCalls, cut: boolean): ToolCall | null {
    const call = parseCall(text, required);
    if (call !== null && names.includes(call.name)) return this.map({ function: call });
    if (cut || !required) return null;
    throw new BrokenAnswerError("The model did not call a tool, as 'tool_choice' demands.");
  }
}

/** @param lenient a call without arguments, or with more beside them, is one too */
function parseCall(text: string, lenient: boolean): OllamaToolCall['function'] | null {
  try {
    const { name, arguments: args = lenient ? {} : undefined, ...more } = JSON.parse(text) as JsonCall;
    if (typeof name !== 'string' || typeof args !== 'object' || args === null) return null;
    if (!lenient && Object.keys(more).length > 0) return null;
    return { name, arguments: args as Record<string, unknown> };
  } catch {
    return null;
  }
}

interface JsonCall {
  name?: unknown;
  arguments?: unknown;
}
