import type { UsageCharge } from '../chat/chat-completion';

/** The answer of `POST /v1/embeddings`. A base64 vector is little-endian float32. */
export interface EmbeddingList {
  object: 'list';
  data: { object: 'embedding'; index: number; embedding: number[] | string }[];
  model: string;
  usage: { prompt_tokens: number; total_tokens: number; ollameter?: UsageCharge };
}
