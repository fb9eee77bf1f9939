import type OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionChunk } from './chat/chat-completion';
import type { ChatRequest } from './chat/chat-request';
import type { Completion, CompletionChunk } from './completions/completion';
import type { CompletionRequest } from './completions/completion-request';
import type { EmbeddingList } from './embeddings/embedding-list';
import type { EmbeddingRequest } from './embeddings/embedding-request';
import type { ErrorEnvelope } from './error/error-envelope';
import type { Model } from './models/model-list';
import type { Response } from './responses/response';
import type { ResponseRequest } from './responses/response-request';
import { checkChatRequest } from './chat/chat-request';
import { checkCompletionRequest } from './completions/completion-request';
import { checkEmbeddingRequest } from './embeddings/embedding-request';
import { checkResponseRequest } from './responses/response-request';

/*
 * Proof by the compiler (`typecheck`): what we answer is what the official SDK declares. Where the SDK's type says less
 * than the wire (a base64 embedding, a completion chunk's reason that is null until the end) the line says so.
 */
type Fits<Ours extends Theirs, Theirs> = Ours;
export type Proof = [
  Fits<ChatCompletion, OpenAI.ChatCompletion>,
  Fits<ChatCompletionChunk, OpenAI.ChatCompletionChunk>,
  Fits<Completion, OpenAI.Completion>,
  // The SDK declares no null here, and OpenAI sends it in every chunk but the last.
  Fits<Omit<CompletionChunk, 'choices' | 'usage'>, Omit<OpenAI.Completion, 'choices' | 'usage'>>,
  // The SDK decodes base64 before its type holds.
  Fits<Omit<EmbeddingList, 'data'>, Omit<OpenAI.CreateEmbeddingResponse, 'data'>>,
  Fits<EmbeddingList['data'][number] & { embedding: number[] }, OpenAI.Embedding>,
  Fits<Model, OpenAI.Model>,
  // `output_text` is made by the SDK; what is echoed is the request's own; usage is null until the end, as OpenAI's.
  Fits<Omit<Response, Echoed | 'usage'>, Omit<OpenAI.Responses.Response, Echoed | 'usage' | 'output_text'>>,
  Fits<NonNullable<Response['usage']>, OpenAI.Responses.ResponseUsage>,
  Fits<ErrorEnvelope['error'], OpenAI.ErrorObject>,
];
type Echoed = 'tool_choice' | 'tools' | 'text' | 'reasoning';

describe('what the official SDK may send', () => {
  it('passes the check', () => {
    const chat: OpenAI.ChatCompletionCreateParams = {
      model: 'm',
      messages: [
        { role: 'developer', content: 'x' },
        { role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }], name: 'n' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }], refusal: null },
        { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'x' }] },
      ],
      tools: [{ type: 'custom', custom: { name: 'c' } }],
      tool_choice: { type: 'custom', custom: { name: 'c' } },
      stop: null,
      stream: false,
    };
    const completion: OpenAI.CompletionCreateParams = { model: 'm', prompt: [[1, 2], [3]], logit_bias: null };
    const embedding: OpenAI.EmbeddingCreateParams = { model: 'm', input: [[1], [2]] };
    const response: OpenAI.Responses.ResponseCreateParams = {
      model: 'm',
      input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }],
      tools: [{ type: 'web_search' }],
      tool_choice: { type: 'web_search_preview' },
      include: ['reasoning.encrypted_content'],
    };
    const checked: (ChatRequest | CompletionRequest | EmbeddingRequest | ResponseRequest | null)[] = [
      checkChatRequest(chat),
      checkCompletionRequest(completion),
      checkEmbeddingRequest(embedding),
      checkResponseRequest(response),
    ].map((check) => (check.ok ? check.value : null));
    expect(checked).not.toContain(null);
  });
});
