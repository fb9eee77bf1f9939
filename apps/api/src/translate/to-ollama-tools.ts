import type { ChatRequest, FunctionDefinition } from '@ollameter/openai-contract';
import type { OllamaTool } from '../upstream/ollama/ollama-wire';
import { UntranslatableError } from './untranslatable-error';

/** How the model is to use tools: offered to it natively, or made to call one of them. */
export type ToolPlan =
  { kind: 'none' } | { kind: 'offered'; tools: OllamaTool[] } | { kind: 'forced'; tools: OllamaTool[] };

const NO_PARAMETERS = { type: 'object', properties: {} };

/**
 * `tools`, `tool_choice` and their legacy forms. Ollama has no `tool_choice`: `none` sends no tools; `required`
 * and a named one are forced by constraining the answer (see {@link forcedFormat}).
 * @throws UntranslatableError for tools of other types and for a choice that names no tool.
 */
export function planTools(request: ChatRequest): ToolPlan {
  const definitions = [
    ...(request.tools ?? []).map((tool, index) => {
      if (tool.type !== 'function' || tool.function === undefined)
        throw new UntranslatableError(
          `tools[${index}].type`,
          `Tools of type '${tool.type}' are not supported by this gateway.`,
        );
      return tool.function;
    }),
    ...(request.functions ?? []),
  ];
  const choice = request.tool_choice ?? legacyChoice(request.function_call);
  if (typeof choice === 'object' && choice !== null && choice.type !== 'function')
    throw new UntranslatableError(
      'tool_choice.type',
      `A tool_choice of type '${choice.type}' is not supported by this gateway.`,
    );
  if (definitions.length === 0) {
    if (choice === 'required' || (typeof choice === 'object' && choice !== null))
      throw new UntranslatableError(
        'tool_choice',
        "'tool_choice' asks for a tool, but 'tools' is empty.",
        'invalid_value',
      );
    return { kind: 'none' };
  }
  if (choice === 'none') return { kind: 'none' };
  const tools = definitions.map(toOllamaTool);
  if (choice === 'required') return { kind: 'forced', tools };
  if (typeof choice === 'object' && choice !== null) {
    const named = tools.filter((tool) => tool.function.name === choice.function.name);
    if (named.length === 0)
      throw new UntranslatableError(
        'tool_choice.function.name',
        `There is no tool named '${choice.function.name}'.`,
        'invalid_value',
      );
    return { kind: 'forced', tools: named };
  }
  return { kind: 'offered', tools };
}

/** A schema that only a call of one of the tools satisfies; the sampler follows it token by token. */
export function forcedFormat(tools: readonly OllamaTool[]): Record<string, unknown> {
  const calls = tools.map((tool) => ({
    type: 'object',
    properties: { name: { type: 'string', enum: [tool.function.name] }, arguments: tool.function.parameters },
    required: ['name', 'arguments'],
  }));
  return calls.length === 1 && calls[0] !== undefined ? calls[0] : { anyOf: calls };
}

/** Tells the model what the schema alone does not: which functions there are and that it must call one. */
export function forcedInstruction(tools: readonly OllamaTool[]): string {
  const list = tools.map((tool) => JSON.stringify(tool.function)).join('\n');
  return `Call ${tools.length === 1 ? 'this function' : 'one of these functions'} now. Answer only with a JSON object {"name": …, "arguments": {…}}.\n${list}`;
}

function legacyChoice(choice: ChatRequest['function_call']): ChatRequest['tool_choice'] {
  if (choice == null || typeof choice === 'string') return choice;
  return { type: 'function', function: { name: choice.name } };
}

function toOllamaTool({ name, description, parameters }: FunctionDefinition): OllamaTool {
  return {
    type: 'function',
    function: { name, ...(description != null && { description }), parameters: parameters ?? NO_PARAMETERS },
  };
}
