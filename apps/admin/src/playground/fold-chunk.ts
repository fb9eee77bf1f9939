import type { Answer, ToolCall } from './chat-turn';

/** What is read of a `chat.completion.chunk`; other fields are nobody's business here. */
export interface Chunk {
  choices?: {
    delta?: {
      content?: string | null;
      reasoning?: string | null;
      reasoning_content?: string | null;
      tool_calls?: { index?: number; id?: string; function?: { name?: string; arguments?: string } }[];
    };
    finish_reason?: string | null;
  }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
  error?: { message?: string };
}

/** The answer with one more chunk of its stream. */
export function foldChunk(answer: Answer, chunk: Chunk): Answer {
  const choice = chunk.choices?.[0];
  const delta = choice?.delta;
  return {
    text: answer.text + (delta?.content ?? ''),
    thinking: answer.thinking + (delta?.reasoning_content ?? delta?.reasoning ?? ''),
    toolCalls: (delta?.tool_calls ?? []).reduce(withCall, answer.toolCalls),
    finishReason: choice?.finish_reason ?? answer.finishReason,
    promptTokens: chunk.usage?.prompt_tokens ?? answer.promptTokens,
    completionTokens: chunk.usage?.completion_tokens ?? answer.completionTokens,
  };
}

/** Whether a chunk brings text that a person sees: only those count as tokens. */
export function bringsText(before: Answer, after: Answer): boolean {
  return (
    after.text.length + after.thinking.length > before.text.length + before.thinking.length ||
    after.toolCalls !== before.toolCalls
  );
}

type CallDelta = NonNullable<NonNullable<NonNullable<Chunk['choices']>[0]['delta']>['tool_calls']>[0];

/** The name comes with a call's first piece, its arguments in pieces. */
function withCall(calls: readonly ToolCall[], piece: CallDelta): readonly ToolCall[] {
  const at = piece.index ?? calls.length;
  const old = calls[at] ?? { id: '', name: '', arguments: '', result: '' };
  const call = {
    ...old,
    id: piece.id ?? old.id,
    name: old.name + (piece.function?.name ?? ''),
    arguments: old.arguments + (piece.function?.arguments ?? ''),
  };
  return [...calls.slice(0, at), call, ...calls.slice(at + 1)];
}
