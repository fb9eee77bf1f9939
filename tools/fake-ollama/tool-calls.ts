import { hash32 } from './generate-text.ts';
import type { WireTool, WireToolCall } from './ollama-wire.ts';
import { schemaInstance } from './schema-instance.ts';

/** `call_` and eight characters, the same for the same call and place. An id of `''` in the call means: none. */
export function mintCallId(call: WireToolCall, place: number): string {
  if (call.id !== undefined) return call.id;
  const hash = hash32(JSON.stringify(call.function), place);
  return `call_${hash.toString(36).padStart(8, '0').slice(-8)}`;
}

/** A call in the field order of the wire; an empty id is left out. */
export function toolCallOnWire(call: WireToolCall, index: number, id: string): WireToolCall {
  const { name, arguments: args } = call.function;
  return {
    ...(id === '' ? {} : { id }),
    function: { index: call.function.index ?? index, name, arguments: args },
  };
}

/** The calls an unscripted model makes: one for each tool whose name the question contains. */
export function callsAskedFor(tools: readonly (WireTool | null)[], question: string): WireToolCall[] {
  return tools.flatMap((tool) => {
    const name = tool?.function?.name ?? '';
    if (name === '' || !question.includes(name)) return [];
    const args = schemaInstance({ type: 'object', ...tool?.function?.parameters }, hash32(question));
    return [{ function: { name, arguments: args as Record<string, unknown> } }];
  });
}
