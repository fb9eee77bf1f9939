import { type Static, Type } from 'typebox';
import { bodyCheck } from '../check/body-check';
import { Nullable } from '../check/nullable';

const TextPart = Type.Object({ type: Type.Literal('text'), text: Type.String() });
const RefusalPart = Type.Object({ type: Type.Literal('refusal'), refusal: Type.String() });
const ImagePart = Type.Object({
  type: Type.Literal('image_url'),
  image_url: Type.Object({ url: Type.String(), detail: Nullable(Type.String()) }),
});
const AudioPart = Type.Object({
  type: Type.Literal('input_audio'),
  input_audio: Type.Object({ data: Type.String(), format: Nullable(Type.String()) }),
});
/** Parts of other types are looked at by the translation, which refuses by name what it cannot send. */
const OtherPart = Type.Object({ type: Type.String() });
const ContentPart = Type.Union([TextPart, ImagePart, RefusalPart, AudioPart, OtherPart]);
const Content = Type.Union([Type.String(), Type.Null(), Type.Array(ContentPart, { maxItems: 10_000 })]);

const FunctionCall = Type.Object({ name: Type.String(), arguments: Type.String() });
const MessageToolCall = Type.Object({
  id: Nullable(Type.String()),
  type: Nullable(Type.String()),
  function: Nullable(FunctionCall),
});

export const ChatMessageSchema = Type.Object({
  role: Type.Union([
    Type.Literal('system'),
    Type.Literal('developer'),
    Type.Literal('user'),
    Type.Literal('assistant'),
    Type.Literal('tool'),
    Type.Literal('function'),
  ]),
  content: Type.Optional(Content),
  name: Nullable(Type.String()),
  refusal: Nullable(Type.String()),
  reasoning_content: Nullable(Type.String()),
  /** The same under the name that other servers use; what is no text is ignored. */
  reasoning: Type.Optional(Type.Unknown()),
  tool_calls: Nullable(Type.Array(MessageToolCall, { maxItems: 1024 })),
  tool_call_id: Nullable(Type.String()),
  /** Legacy. */
  function_call: Nullable(FunctionCall),
});

const FunctionDefinition = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 256 }),
  description: Nullable(Type.String()),
  parameters: Nullable(Type.Record(Type.String(), Type.Unknown())),
  strict: Nullable(Type.Boolean()),
});
const Tool = Type.Object({ type: Type.String(), function: Type.Optional(FunctionDefinition) });
const ToolChoice = Type.Union([
  Type.Literal('none'),
  Type.Literal('auto'),
  Type.Literal('required'),
  Type.Object({ type: Type.Literal('function'), function: Type.Object({ name: Type.String() }) }),
  Type.Object({
    type: Type.Literal('allowed_tools'),
    allowed_tools: Type.Object({
      mode: Nullable(Type.Union([Type.Literal('auto'), Type.Literal('required')])),
      tools: Type.Array(Type.Record(Type.String(), Type.Unknown()), { maxItems: 1024 }),
    }),
  }),
  Type.Object({ type: Type.Literal('custom') }),
]);

export const ResponseFormatSchema = Type.Union([
  Type.Object({ type: Type.Literal('text') }),
  Type.Object({ type: Type.Literal('json_object') }),
  Type.Object({
    type: Type.Literal('json_schema'),
    json_schema: Type.Object({
      name: Nullable(Type.String()),
      description: Nullable(Type.String()),
      schema: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      strict: Nullable(Type.Boolean()),
    }),
  }),
]);

export const ReasoningEffortSchema = Type.Union([
  Type.Literal('none'),
  Type.Literal('minimal'),
  Type.Literal('low'),
  Type.Literal('medium'),
  Type.Literal('high'),
  Type.Literal('xhigh'),
  Type.Literal('max'),
]);
export type ReasoningEffort = Static<typeof ReasoningEffortSchema>;

/** Ollama's own fields that clients send as extra body; they reach Ollama as they are. */
export const OllamaExtraFields = {
  top_k: Nullable(Type.Integer()),
  min_p: Nullable(Type.Number()),
  repeat_penalty: Nullable(Type.Number()),
  keep_alive: Nullable(Type.Union([Type.String(), Type.Number()])),
  options: Nullable(Type.Record(Type.String(), Type.Unknown())),
};

/** Ollama's own word for how to think, which wins over OpenAI's. */
export const ThinkSchema = Type.Union([
  Type.Boolean(),
  Type.Literal('low'),
  Type.Literal('medium'),
  Type.Literal('high'),
  Type.Literal('max'),
]);

/** `POST /v1/chat/completions`; source: OpenAI's API reference. Unknown fields are left alone. */
export const ChatRequestSchema = Type.Object({
  model: Nullable(Type.String()),
  messages: Type.Array(ChatMessageSchema, { minItems: 1, maxItems: 10_000 }),
  stream: Nullable(Type.Boolean()),
  stream_options: Nullable(Type.Object({ include_usage: Nullable(Type.Boolean()) })),
  temperature: Nullable(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  max_tokens: Nullable(Type.Integer({ minimum: 1 })),
  max_completion_tokens: Nullable(Type.Integer({ minimum: 1 })),
  stop: Nullable(Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 16 })])),
  seed: Nullable(Type.Integer()),
  presence_penalty: Nullable(Type.Number({ minimum: -2, maximum: 2 })),
  frequency_penalty: Nullable(Type.Number({ minimum: -2, maximum: 2 })),
  n: Nullable(Type.Integer({ minimum: 1, maximum: 128 })),
  logprobs: Nullable(Type.Boolean()),
  top_logprobs: Nullable(Type.Integer({ minimum: 0, maximum: 20 })),
  tools: Nullable(Type.Array(Tool, { maxItems: 1024 })),
  tool_choice: Nullable(ToolChoice),
  parallel_tool_calls: Nullable(Type.Boolean()),
  functions: Nullable(Type.Array(FunctionDefinition, { maxItems: 1024 })),
  function_call: Nullable(
    Type.Union([Type.Literal('none'), Type.Literal('auto'), Type.Object({ name: Type.String() })]),
  ),
  response_format: Nullable(ResponseFormatSchema),
  reasoning_effort: Nullable(ReasoningEffortSchema),
  /** Not OpenAI's on this endpoint, but Ollama's own `/v1` and others take it. */
  reasoning: Nullable(Type.Object({ effort: Nullable(ReasoningEffortSchema) })),
  think: Nullable(ThinkSchema),
  modalities: Nullable(Type.Array(Type.String(), { maxItems: 16 })),
  audio: Type.Optional(Type.Unknown()),
  logit_bias: Nullable(Type.Record(Type.String(), Type.Number())),
  web_search_options: Type.Optional(Type.Unknown()),
  moderation: Type.Optional(Type.Unknown()),
  ...OllamaExtraFields,
});

export type ChatMessage = Static<typeof ChatMessageSchema>;
export type ChatRequest = Static<typeof ChatRequestSchema>;
export type ChatTool = Static<typeof Tool>;
export type FunctionDefinition = Static<typeof FunctionDefinition>;
export type ResponseFormat = Static<typeof ResponseFormatSchema>;

/** Checks a parsed body against {@link ChatRequestSchema}. */
export const checkChatRequest = bodyCheck(ChatRequestSchema);
