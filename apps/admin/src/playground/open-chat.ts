import { SseReader } from '../data/sse-reader';
import type { Chunk } from './fold-chunk';

/** The gateway's refusal, or an error in the middle of a stream, in its own words. */
export class ChatError extends Error {}

export interface ChatStream {
  requestId: string | null;
  chunks: AsyncGenerator<Chunk>;
}

/**
 * Asks the gateway itself, as any program would, and reads its stream.
 * @throws ChatError for every answer that is not a whole stream; the browser's AbortError after `signal`
 */
export async function openChat(
  baseUrl: string,
  key: string,
  body: Record<string, unknown>,
  signal: AbortSignal,
): Promise<ChatStream> {
  let response: Response;
  try {
    response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ChatError(
      `The gateway does not answer at ${baseUrl}, or does not allow this page (CORS_ORIGINS).`,
    );
  }
  if (!response.ok || response.body === null) throw await refusal(response);
  return { requestId: response.headers.get('x-request-id'), chunks: read(response.body) };
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<Chunk> {
  const events = new SseReader();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      for (const { data } of events.read(decoder.decode(value, { stream: true }))) {
        if (data === '[DONE]') return;
        const chunk = JSON.parse(data) as Chunk;
        if (chunk.error !== undefined) throw new ChatError(chunk.error.message ?? 'The answer broke off.');
        yield chunk;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  throw new ChatError('The answer broke off before its end.');
}

async function refusal(response: Response): Promise<ChatError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as Chunk;
    if (error?.message !== undefined) return new ChatError(error.message);
  } catch {
    return new ChatError(`The gateway answered with status ${response.status}.`);
  }
  return new ChatError(`The gateway answered with status ${response.status}.`);
}
