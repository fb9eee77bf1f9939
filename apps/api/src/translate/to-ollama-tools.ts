import type { ChatRequest, FunctionDefinition } from '@ollameter/openai-contract';
import type { OllamaFormat, OllamaTool } from '../upstream/ollama/ollama-wire';
import type { JsonCalls } from './json-call-reader';
import { MAX_SCHEMA_NODES, toToolParameters } from './to-ollama-tool-parameters';
import { UntranslatableError } from './untranslatable-error';

/**
 * How the model is to use tools: offered to it natively, or written by it as JSON that the sampler is held to
 * (see {@link writtenFormat}), where it must call one, or has to answer in JSON otherwise.
 */
export type ToolPlan =
  | { kind: 'none' }
  | { kind: 'offered'; tools: OllamaTool[] }
  | { kind: 'written'; tools: OllamaTool[]; required: boolean };

const NO_PARAMETERS = { type: 'object', properties: {} };

/**
 * `tools`, `tool_choice` and their legacy forms. Ollama has no `tool_choice`: `none` sends no tools; `required`
 * and a named one are forced by constraining the answer. With a `format` Ollama never calls tools (ollama#8095), so beside a
 * `response_format` of JSON the sampler is given the choice between a call and the answer.
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
  const answersInJson = request.response_format != null && request.response_format.type !== 'text';
  if (mode === 'required' || answersInJson) return { kind: 'written', tools, required: mode === 'required' };
  const budget = { nodes: MAX_SCHEMA_NODES };
  return {
    kind: 'offered',
    tools: tools.map((tool) => ({
      ...tool,
      function: { ...tool.function, parameters: toToolParameters(tool.function.parameters, budget) },
    })),
  };
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

/** The calls that the answer's text is, or may be; null where the model calls natively or not at all. */
export function jsonCalls(plan: ToolPlan): JsonCalls | null {
  if (plan.kind !== 'written') return null;
  return { names: plan.tools.map((tool) => tool.function.name), required: plan.required };
}

/**
 * A schema that only a call of one of the tools satisfies; the sampler follows it token by token.
 * @param answer the format of an answer that is no call; null where there must be a call
 */
export function writtenFormat(
  tools: readonly OllamaTool[],
  answer: OllamaFormat | null,
): Record<string, unknown> {
  const definitions: Record<string, unknown> = {};
  const branches: Record<string, unknown>[] = tools.map((tool, index) => ({
    type: 'object',
    properties: {
      name: { type: 'string', enum: [tool.function.name] },
      // Arguments are an object, also where the tool's schema does not say so.
      arguments: rootedAt({ type: 'object', ...tool.function.parameters }, `tool${index}`, definitions),
    },
    required: ['name', 'arguments'],
  }));
  if (answer !== null)
    branches.push(answer === 'json' ? { type: 'object' } : rootedAt(answer, 'answer', definitions));
  const [first] = branches;
  const format = branches.length === 1 && first !== undefined ? first : { anyOf: branches };
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

/** Tells the model what the schema alone does not: which functions there are, and when to call one. */
export function writtenInstruction(tools: readonly OllamaTool[], answer: OllamaFormat | null): string {
  const list = tools.map((tool) => JSON.stringify(tool.function)).join('\n');
  const form = 'answer only with a JSON object {"name": …, "arguments": {…}}';
  if (answer === null)
    return `Call ${tools.length === 1 ? 'this function' : 'one of these functions'} now: ${form}.\n${list}`;
  const otherwise = answer === 'json' ? '.' : ` that follows this schema:\n${JSON.stringify(answer)}`;
  return `You may call these functions. To call one, ${form}.\n${list}\nElse give your answer as a JSON object${otherwise}`;
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
