import type { KeyLogPolicy, Outcome, TokensQuality } from '@ollameter/admin-contract';

/** Written when an exchange enters the pipeline. Without an answer record it becomes `interrupted` at the next start. */
export interface IntentRecord {
  kind: 'intent';
  /** UUIDv7 made at accept; the answer's `x-request-id` and the row's id. */
  id: string;
  /** Accept, Unix ms; equals the id's timestamp. */
  atMs: number;
  keyId: string | null;
  keyName: string | null;
  model: string | null;
  endpoint: string;
  streamed: boolean;
  clientAddress: string | null;
  userAgent: string | null;
  promptPreview: string | null;
}

/** When the request was served: what the settler needs. All times are Unix µs by the gateway's clock. */
export interface IntervalRecord {
  host: string;
  /** The slot was taken and the request sent upstream. */
  slotFromUs: number;
  /** First upstream record − Ollama's `prompt_eval_duration`; null where no record came. */
  activeFromUs: number | null;
  /** Last upstream record; null where none came. */
  activeToUs: number | null;
}

/** Texts, subject to the log policy; applied before the record reaches the spool. */
export interface RecordedBody {
  prompt: string | null;
  answer: string | null;
  /** The client's request body as JSON text. */
  request: string | null;
  /** The folded answer body as JSON text. */
  response: string | null;
}

/** Everything the gateway knew when the answer was whole (or the exchange was lost). The first one of an id wins. */
export interface AnswerRecord extends Omit<IntentRecord, 'kind'> {
  kind: 'answer';
  host: string | null;
  /** HTTP status; 499 where the client left before any. */
  status: number;
  outcome: Outcome;
  errorCode: string | null;
  promptTokens: number | null;
  /** Left out by releases before it. */
  cachedPromptTokens?: number | null;
  completionTokens: number | null;
  tokensQuality: TokensQuality | null;
  durationMs: number;
  queueMs: number | null;
  loadMs: number | null;
  promptMs: number | null;
  generateMs: number | null;
  ttftMs: number | null;
  tokensPerSecond: number | null;
  answerPreview: string | null;
  interval: IntervalRecord | null;
  body: RecordedBody | null;
}

export type ExchangeRecord = IntentRecord | AnswerRecord;

/** The seam between the request path and the ledger. */
export abstract class RequestLog {
  /**
   * Appends the intent; never waits and never throws (a full spool is told by `accepting`).
   * @param policy the key's own; what it leaves out never reaches the spool
   */
  abstract intent(record: IntentRecord, policy: KeyLogPolicy | null): void;
  /** Appends the answer; resolves when it would survive `kill -9` of this process. */
  abstract answer(record: AnswerRecord, policy: KeyLogPolicy | null): Promise<void>;
  /** False while the spool is full: new requests get 503 `log_unavailable`, running ones are still recorded. */
  abstract get accepting(): boolean;
}
