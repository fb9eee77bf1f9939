import type { ErrorEnvelope } from '@ollameter/openai-contract';

/**
 * One upstream answer on its way to one client: a stateful translator between two wires. Pure: it sees records
 * and gives text, and knows nothing of sockets.
 */
export interface AnswerCodec<R> {
  /** Keeps what the unary body, the last frame and the log need. */
  take(records: readonly R[]): void;
  /** The streamed text of one batch; may be empty. Never ends the stream. */
  frames(records: readonly R[]): string;
  /** The text that makes a streamed answer whole; sent only after the answer record is safe. */
  last(): string;
  /** The same answer as one JSON body. */
  body(): string;
  /** An error after the first byte, in the shape that this wire's clients throw on. */
  failure(error: ErrorEnvelope): string;
  /** What was generated so far, for the log. */
  readonly answer: string;
}
