import { type Static, Type } from 'typebox';
import { OllamaExtraFields } from '../chat/chat-request';
import { bodyCheck } from '../check/body-check';
import { Nullable } from '../check/nullable';

const TokenIds = Type.Array(Type.Integer(), { maxItems: 100_000 });

/** `POST /v1/completions` (legacy); source: OpenAI's API reference. */
export const CompletionRequestSchema = Type.Object({
  model: Nullable(Type.String()),
  prompt: Nullable(
    Type.Union([
      Type.String(),
      Type.Array(Type.String(), { maxItems: 2048 }),
      TokenIds,
      Type.Array(TokenIds, { maxItems: 2048 }),
    ]),
  ),
  suffix: Nullable(Type.String()),
  max_tokens: Nullable(Type.Integer({ minimum: 1 })),
  n: Nullable(Type.Integer({ minimum: 1, maximum: 128 })),
  best_of: Nullable(Type.Integer({ minimum: 0, maximum: 20 })),
  echo: Nullable(Type.Boolean()),
  logprobs: Nullable(Type.Integer({ minimum: 0, maximum: 5 })),
  stream: Nullable(Type.Boolean()),
  stream_options: Nullable(Type.Object({ include_usage: Nullable(Type.Boolean()) })),
  temperature: Nullable(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  presence_penalty: Nullable(Type.Number({ minimum: -2, maximum: 2 })),
  frequency_penalty: Nullable(Type.Number({ minimum: -2, maximum: 2 })),
  seed: Nullable(Type.Integer()),
  stop: Nullable(Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 16 })])),
  logit_bias: Nullable(Type.Record(Type.String(), Type.Number())),
  ...OllamaExtraFields,
});

export type CompletionRequest = Static<typeof CompletionRequestSchema>;

/** Checks a parsed body against {@link CompletionRequestSchema}. */
export const checkCompletionRequest = bodyCheck(CompletionRequestSchema);
