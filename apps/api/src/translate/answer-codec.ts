import type { ErrorEnvelope } from '@ollameter/openai-contract';

/**
 * One upstream answer on its way to one client: a stateful translator between two wires. Pure: it sees records
 * and gives text, and knows nothing of sockets.
 */
export interface AnswerCodec<R> {
  /** Takes one batch of records; returns the streamed text of it, empty where there is none or the answer is unary. */
  take(records: readonly R[]): string;
  /** The text that makes a streamed answer whole; sent only after the answer record is safe. */
  last(): string;
  /** The same answer as one JSON body. */
  body(): string;
  /** An error after the first byte, in the shape that this wire's clients throw on. */
  failure(error: ErrorEnvelope): string;
  /** What was generated so far, for the log. */
  readonly answer: string;
  /** What is wrong with a whole answer that is sent all the same (a schema it was asked to follow); null where nothing is. */
  readonly flaw: string | null;
}
