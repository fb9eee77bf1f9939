import { type Static, Type } from 'typebox';
import { OllamaExtraFields, ReasoningEffortSchema, ThinkSchema } from '../chat/chat-request';
import { bodyCheck } from '../check/body-check';
import { Nullable } from '../check/nullable';

const Anything = Type.Record(Type.String(), Type.Unknown());

/**
 * One item of the conversation. Clients replay output items verbatim or rebuilt, with and without `type`, ids and
 * statuses, so the schema names only what must be right if it is there.
 */
export const InputItemSchema = Type.Object({
  type: Nullable(Type.String()),
  role: Nullable(
    Type.Union([
      Type.Literal('user'),
      Type.Literal('assistant'),
      Type.Literal('system'),
      Type.Literal('developer'),
    ]),
  ),
  content: Nullable(Type.Union([Type.String(), Type.Array(Anything, { maxItems: 10_000 })])),
  id: Nullable(Type.String()),
  call_id: Nullable(Type.String()),
  name: Nullable(Type.String()),
  arguments: Nullable(Type.String()),
  output: Nullable(Type.Union([Type.String(), Type.Array(Anything, { maxItems: 10_000 })])),
  summary: Nullable(Type.Array(Anything, { maxItems: 10_000 })),
});

const ResponseTool = Type.Object({
  type: Type.String(),
  name: Nullable(Type.String()),
  description: Nullable(Type.String()),
  parameters: Nullable(Anything),
  strict: Nullable(Type.Boolean()),
});

const ToolChoice = Type.Union([
  Type.Literal('none'),
  Type.Literal('auto'),
  Type.Literal('required'),
  Type.Object({ type: Type.Literal('function'), name: Type.String() }),
  Type.Object({
    type: Type.Literal('allowed_tools'),
    mode: Nullable(Type.Union([Type.Literal('auto'), Type.Literal('required')])),
    tools: Type.Array(Type.Object({ type: Type.String(), name: Nullable(Type.String()) }), {
      maxItems: 1024,
    }),
  }),
  Type.Object({ type: Type.String() }),
]);

const TextFormat = Type.Union([
  Type.Object({ type: Type.Literal('text') }),
  Type.Object({ type: Type.Literal('json_object') }),
  Type.Object({
    type: Type.Literal('json_schema'),
    name: Nullable(Type.String()),
    schema: Type.Optional(Anything),
    strict: Nullable(Type.Boolean()),
    description: Nullable(Type.String()),
  }),
]);

/** `POST /v1/responses`; source: OpenAI's API reference. Unknown fields are left alone. */
export const ResponseRequestSchema = Type.Object({
  model: Nullable(Type.String()),
  input: Nullable(Type.Union([Type.String(), Type.Array(InputItemSchema, { maxItems: 10_000 })])),
  instructions: Nullable(Type.String()),
  stream: Nullable(Type.Boolean()),
  store: Nullable(Type.Boolean()),
  background: Nullable(Type.Boolean()),
  previous_response_id: Nullable(Type.String()),
  conversation: Type.Optional(Type.Unknown()),
  prompt: Type.Optional(Type.Unknown()),
  moderation: Type.Optional(Type.Unknown()),
  context_management: Nullable(Type.Array(Type.Unknown(), { maxItems: 64 })),
  tools: Nullable(Type.Array(ResponseTool, { maxItems: 1024 })),
  tool_choice: Nullable(ToolChoice),
  parallel_tool_calls: Nullable(Type.Boolean()),
  max_tool_calls: Nullable(Type.Integer()),
  max_output_tokens: Nullable(Type.Integer({ minimum: 1 })),
  temperature: Nullable(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  top_logprobs: Nullable(Type.Integer({ minimum: 0, maximum: 20 })),
  text: Nullable(Type.Object({ format: Nullable(TextFormat), verbosity: Nullable(Type.String()) })),
  reasoning: Nullable(
    Type.Object({ effort: Nullable(ReasoningEffortSchema), summary: Nullable(Type.String()) }),
  ),
  think: Nullable(ThinkSchema),
  include: Nullable(Type.Array(Type.String(), { maxItems: 64 })),
  metadata: Nullable(
    Type.Record(Type.String(), Type.String({ maxLength: 512 }), {
      maxProperties: 16,
      propertyNames: Type.String({ maxLength: 64 }),
    }),
  ),
  prompt_cache_key: Nullable(Type.String()),
  safety_identifier: Nullable(Type.String()),
  user: Nullable(Type.String()),
  truncation: Nullable(Type.Union([Type.Literal('auto'), Type.Literal('disabled')])),
  ...OllamaExtraFields,
});

export type InputItem = Static<typeof InputItemSchema>;
export type ResponseRequest = Static<typeof ResponseRequestSchema>;

/** Checks a parsed body against {@link ResponseRequestSchema}. */
export const checkResponseRequest = bodyCheck(ResponseRequestSchema);
