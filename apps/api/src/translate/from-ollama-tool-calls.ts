import type { ToolCall } from '@ollameter/openai-contract';
import type { OllamaToolCall } from '../upstream/ollama/ollama-wire';

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

  /** A forced call, which came as the answer's text; null where the text is no call (cut short by a token limit). */
  mapForced(text: string): ToolCall | null {
    try {
      const { name, arguments: args } = JSON.parse(text) as { name?: unknown; arguments?: unknown };
      if (typeof name !== 'string') return null;
      return this.map({ function: { name, arguments: (args ?? {}) as Record<string, unknown> } });
    } catch {
      return null;
    }
  }
}
