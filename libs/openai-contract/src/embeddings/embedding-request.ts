import { type Static, Type } from 'typebox';
import { bodyCheck } from '../check/body-check';
import { Nullable } from '../check/nullable';

const TokenIds = Type.Array(Type.Integer(), { minItems: 1, maxItems: 100_000 });

/** `POST /v1/embeddings`; source: OpenAI's API reference. */
export const EmbeddingRequestSchema = Type.Object({
  model: Nullable(Type.String()),
  input: Type.Union([
    Type.String({ minLength: 1 }),
    Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 2048 }),
    TokenIds,
    Type.Array(TokenIds, { minItems: 1, maxItems: 2048 }),
  ]),
  dimensions: Nullable(Type.Integer({ minimum: 1, maximum: 65_536 })),
  encoding_format: Nullable(Type.Union([Type.Literal('float'), Type.Literal('base64')])),
  keep_alive: Nullable(Type.Union([Type.String(), Type.Number()])),
});

export type EmbeddingRequest = Static<typeof EmbeddingRequestSchema>;

/** Checks a parsed body against {@link EmbeddingRequestSchema}. */
export const checkEmbeddingRequest = bodyCheck(EmbeddingRequestSchema);
