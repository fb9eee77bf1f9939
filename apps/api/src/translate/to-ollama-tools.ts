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
  const { mode, names } = readChoice(choice);
  const tools = definitions
    .map(toOllamaTool)
    .filter(({ function: { name } }) => names?.includes(name) ?? true);
  for (const name of names ?? [])
    if (!tools.some((tool) => tool.function.name === name))
      throw new UntranslatableError('tool_choice', `There is no tool named '${name}'.`, 'invalid_value');
  if (tools.length === 0 && mode === 'required')
    throw new UntranslatableError(
      'tool_choice',
      "'tool_choice' asks for a tool, but 'tools' is empty.",
      'invalid_value',
    );
  if (tools.length === 0 || mode === 'none') return { kind: 'none' };
  return { kind: mode === 'required' ? 'forced' : 'offered', tools };
}

interface ReadChoice {
  mode: 'none' | 'auto' | 'required';
  /** The tools it is narrowed to; null for all. */
  names: readonly string[] | null;
}

function readChoice(choice: ChatRequest['tool_choice']): ReadChoice {
  if (choice == null || typeof choice === 'string') return { mode: choice ?? 'auto', names: null };
  if (choice.type === 'function') return { mode: 'required', names: [choice.function.name] };
  if (choice.type === 'allowed_tools') {
    const names = choice.allowed_tools.tools.map((tool) => {
      const named = tool['function'] as { name?: unknown } | null | undefined;
      const name = named?.name ?? tool['name'];
      return typeof name === 'string' ? name : '';
    });
    return { mode: choice.allowed_tools.mode ?? 'auto', names };
  }
  throw new UntranslatableError(
    'tool_choice.type',
    `A tool_choice of type '${choice.type}' is not supported by this gateway.`,
  );
}

/** The tools that the answer must be a call of; null where the model is free. */
export function forcedNames(plan: ToolPlan): readonly string[] | null {
  return plan.kind === 'forced' ? plan.tools.map((tool) => tool.function.name) : null;
}

/** A schema that only a call of one of the tools satisfies; the sampler follows it token by token. */
export function forcedFormat(tools: readonly OllamaTool[]): Record<string, unknown> {
  const definitions: Record<string, unknown> = {};
  const calls = tools.map((tool, index) => ({
    type: 'object',
    properties: {
      name: { type: 'string', enum: [tool.function.name] },
      // Arguments are an object, also where the tool's schema does not say so.
      arguments: rootedAt({ type: 'object', ...tool.function.parameters }, `tool${index}`, definitions),
    },
    required: ['name', 'arguments'],
  }));
  const format = calls.length === 1 && calls[0] !== undefined ? calls[0] : { anyOf: calls };
  return Object.keys(definitions).length === 0 ? format : { ...format, $defs: definitions };
}

/** Local references count from the root of a schema; one that is put inside another takes its root along. */
function rootedAt(
  schema: Record<string, unknown>,
  name: string,
  definitions: Record<string, unknown>,
): Record<string, unknown> {
  const text = JSON.stringify(schema);
  if (!text.includes('"$ref"')) return schema;
  definitions[name] = JSON.parse(text, (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith('#')
      ? `#/$defs/${name}${value.slice(1)}`
      : value,
  );
  return { $ref: `#/$defs/${name}` };
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
