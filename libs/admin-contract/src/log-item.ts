import type { EnergyQuality, Outcome, TokensQuality } from './outcome';

/** One row of `GET /api/logs`. Times in ms, energies as integer pJ strings, money as exact decimal strings. */
export interface LogItem {
  /** UUIDv7, the answer's `x-request-id`. */
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  keyId: string | null;
  keyName: string | null;
  model: string | null;
  host: string | null;
  endpoint: string;
  streamed: boolean;
  /** HTTP status that the client saw; 499 where it left before any. */
  status: number;
  outcome: Outcome;
  errorCode: string | null;
  promptTokens: number | null;
  /** Of the prompt, what Ollama took from its cache; null where it told of none. */
  cachedPromptTokens: number | null;
  completionTokens: number | null;
  totalTokens: number | null;
  tokensQuality: TokensQuality | null;
  durationMs: number;
  /** In the gateway's queue. */
  queueMs: number | null;
  /** Sent, and the model handed over, but not begun with: Ollama's own queue. */
  ollamaQueueMs: number | null;
  /** Until Ollama handed the model over; long where it had to load it. */
  loadMs: number | null;
  promptMs: number | null;
  generateMs: number | null;
  ttftMs: number | null;
  tokensPerSecond: number | null;
  /** Mean number of requests that shared the machine while this one was active; null until settled. */
  concurrency: number | null;
  /** Nine significant digits; null while pending. */
  energyWh: number | null;
  energyPj: string | null;
  energyQuality: EnergyQuality;
  /** Decimal string of 12 fraction digits; null while pending or where no price is known. */
  cost: string | null;
  costNumerator: string | null;
  currency: string | null;
  promptPreview: string | null;
  answerPreview: string | null;
  /** With `q`: where the words stand, at most one stretch of each text. */
  snippets?: Snippet[];
}

/** A stretch of a text around what was searched for; plain text, to be shown as such. */
export interface Snippet {
  field: 'prompt' | 'answer';
  parts: { text: string; hit: boolean }[];
}

/** `GET /api/logs/{id}`. Texts are null where the log policy kept none. */
export interface LogDetail extends LogItem {
  prompt: string | null;
  answer: string | null;
  request: unknown;
  response: unknown;
  clientAddress: string | null;
  userAgent: string | null;
  /** Whose key it was; null where nobody's. */
  ownerId: string | null;
  /** True where texts exist that this reader may not see. */
  textsHidden?: boolean;
  tariffVersion: number | null;
}

/** `GET /api/logs`, newest first. */
export interface LogPage {
  items: LogItem[];
  total: number;
  /** False where counting stopped at 10,000. */
  totalIsExact: boolean;
  page: number;
  pageSize: number;
  nextCursor: string | null;
  /** With `q`: `at` of the oldest row looked at, null when there was none. */
  searchedFrom?: string | null;
  /** With `q`: rows up to this time can be found. */
  indexedUpTo?: string;
  /** With `q`: false while older rows were not looked at; `nextCursor` goes on from there. */
  complete?: boolean;
}
