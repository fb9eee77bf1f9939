import { type Static, type TSchema, Type } from 'typebox';
import { bodyCheck } from '../check/body-check';

/** A field that clients send as null when they mean nothing by it. */
const Optional = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]));

const TextPart = Type.Object({ type: Type.Literal('text'), text: Type.String() });
/** Other parts are looked at by the translation, which refuses by name what it cannot send. */
const OtherPart = Type.Object({ type: Type.String() });
const Content = Type.Union([Type.String(), Type.Null(), Type.Array(Type.Union([TextPart, OtherPart]))]);

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
  name: Optional(Type.String()),
});

/** `POST /v1/chat/completions`; source: OpenAI's API reference. Unknown fields are left alone. */
export const ChatRequestSchema = Type.Object({
  model: Optional(Type.String()),
  messages: Type.Array(ChatMessageSchema, { minItems: 1, maxItems: 10_000 }),
  stream: Optional(Type.Boolean()),
  stream_options: Optional(Type.Object({ include_usage: Optional(Type.Boolean()) })),
  temperature: Optional(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: Optional(Type.Number({ minimum: 0, maximum: 1 })),
  max_tokens: Optional(Type.Integer({ minimum: 1 })),
  max_completion_tokens: Optional(Type.Integer({ minimum: 1 })),
  stop: Optional(Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 16 })])),
  seed: Optional(Type.Integer()),
  presence_penalty: Optional(Type.Number({ minimum: -2, maximum: 2 })),
  frequency_penalty: Optional(Type.Number({ minimum: -2, maximum: 2 })),
  n: Optional(Type.Integer({ minimum: 1, maximum: 128 })),
  logprobs: Optional(Type.Boolean()),
  top_logprobs: Optional(Type.Integer({ minimum: 0, maximum: 20 })),
  tools: Optional(Type.Array(Type.Object({ type: Type.String() }), { maxItems: 1024 })),
  tool_choice: Type.Optional(Type.Unknown()),
  functions: Optional(Type.Array(Type.Unknown())),
  function_call: Type.Optional(Type.Unknown()),
  response_format: Optional(Type.Object({ type: Type.String() })),
  modalities: Optional(Type.Array(Type.String())),
  // Ollama's own sampling fields, sent by clients as extra body.
  top_k: Optional(Type.Integer()),
  min_p: Optional(Type.Number()),
  repeat_penalty: Optional(Type.Number()),
  keep_alive: Optional(Type.Union([Type.String(), Type.Number()])),
});

export type ChatMessage = Static<typeof ChatMessageSchema>;
export type ChatRequest = Static<typeof ChatRequestSchema>;

/** Checks a parsed body against {@link ChatRequestSchema}. */
export const checkChatRequest = bodyCheck(ChatRequestSchema);
