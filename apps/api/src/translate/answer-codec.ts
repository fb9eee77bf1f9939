import type { ErrorEnvelope, UsageCharge } from '@ollameter/openai-contract';
import type { OllamaRecord } from '../upstream/ollama/ollama-wire';

/**
 * One upstream answer on its way to one client: a stateful translator between two wires. Pure: it sees records
 * and gives text, and knows nothing of sockets.
 */
export interface AnswerCodec {
  /**
   * Takes one batch: records, and beside each the line it came in. Returns the text to send now, empty where there
   * is none or the answer is unary.
   */
  take(records: readonly OllamaRecord[], lines: readonly string[]): string;
  /** What the answer cost, to be told in its usage; before `last` and `body`. A wire without usage leaves it out. */
  charge?(charge: UsageCharge): void;
  /** The text that makes a streamed answer whole; sent only after the answer record is safe. */
  last(): string;
  /** The same answer as one JSON body. */
  body(): string;
  /** An error after the first byte, in the shape that this wire's clients throw on. */
  failure(error: ErrorEnvelope): string;
  /** Whether the log keeps the body; vectors are of no use to a reader. */
  readonly logsBody: boolean;
  /** What was generated so far, for the log. */
  readonly answer: string;
  /** What is wrong with a whole answer that is sent all the same (a schema it was asked to follow); null where nothing is. */
  readonly flaw: string | null;
}
