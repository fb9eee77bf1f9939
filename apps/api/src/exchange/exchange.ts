import type { Outcome } from '@ollameter/admin-contract';
import type { Caller } from '../auth/caller';
import type { Metering } from '../meter/stream-meter';
import { preview } from '../translate/prompt-text';
import type { AnswerRecord, IntentRecord, RecordedBody, RequestLog } from './exchange-record';
import { GatewayError } from '../upstream/gateway-error';
import { nowUs } from './gateway-clock';
import type { InFlight, ExchangeProgress } from './in-flight';
import { uuidv7 } from './uuid-v7';

/** What the parsed body says of the request; set once, when the exchange enters the pipeline. */
export interface ExchangeSubject {
  readonly model: string;
  readonly streamed: boolean;
  readonly prompt: string;
  readonly promptPreview: string;
  readonly requestText: string | null;
}

/** How an exchange ended. */
export interface ExchangeEnd {
  outcome: Outcome;
  /** HTTP status that the client saw; 499 where it left before any. */
  status: number;
  errorCode?: string;
  metering?: Metering;
  answer?: string;
  /** The answer body as JSON text. */
  response?: string;
}

/**
 * One request's record: each field is filled once, in request order, and it is settled exactly once. What it
 * holds (a slot, a place in the live list) is released with it.
 */
export class Exchange {
  readonly atMs = Date.now();
  readonly id = uuidv7(this.atMs);
  readonly receivedUs = nowUs();
  private readonly abort = new AbortController();
  private readonly releases: ((end: ExchangeEnd, kept: boolean) => void)[] = [];
  private leaveHost: (() => void) | null = null;
  private settling: Promise<void> | null = null;
  private callerField: Caller | null = null;
  private subjectField: ExchangeSubject | null = null;
  private slotField: { host: string; fromUs: number; queueMs: number } | null = null;
  private progressField: ExchangeProgress | null = null;
  private running = false;
  private detached = false;
  private throttledField = false;

  constructor(
    readonly endpoint: string,
    readonly clientAddress: string,
    readonly userAgent: string | null,
    private readonly log: RequestLog,
  ) {}

  /** Aborted when the client leaves; everything done for the exchange hangs on it. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get caller(): Caller | null {
    return this.callerField;
  }

  get subject(): ExchangeSubject | null {
    return this.subjectField;
  }

  /** Null while no slot was taken. */
  get progress(): ExchangeProgress | null {
    return this.progressField;
  }

  /** Time in the gateway's queue, so far or in all, ms. */
  get queueMs(): number {
    return this.slotField?.queueMs ?? this.elapsedMs;
  }

  /** Its key's requests per minute were asked. */
  get throttled(): boolean {
    return this.throttledField;
  }

  get settled(): boolean {
    return this.settling !== null;
  }

  /** Time since accept, ms. */
  get elapsedMs(): number {
    return (nowUs() - this.receivedUs) / 1000;
  }

  identify(caller: Caller): void {
    once('caller', this.callerField);
    this.callerField = caller;
  }

  /** Requests per minute were asked, and there was one left. */
  passThrottle(): void {
    this.throttledField = true;
  }

  /** The pipeline takes over: writes the intent, and from here on settles the exchange itself. */
  begin(subject: ExchangeSubject): void {
    once('subject', this.subjectField);
    this.subjectField = subject;
    this.running = true;
    this.log.intent({ kind: 'intent', ...this.common() }, this.callerField?.logPolicy ?? null);
  }

  /**
   * A slot was taken; the undo of its registration runs when the exchange is settled. A second time means that
   * the first host failed before it had begun: only the last one counts.
   */
  occupy(host: string, inFlight: InFlight): ExchangeProgress {
    this.leaveHost?.();
    const fromUs = nowUs();
    this.slotField = { host, fromUs, queueMs: (fromUs - this.receivedUs) / 1000 };
    const entry: ExchangeProgress = {
      id: this.id,
      host,
      slotFromUs: fromUs,
      firstRecordUs: null,
      tokens: 0,
      upstreamDone: false,
    };
    this.progressField = entry;
    this.leaveHost = inFlight.enter(entry);
    return entry;
  }

  /** Runs when the answer record is kept, or (`kept` is false) could not be. */
  onSettled(release: (end: ExchangeEnd, kept: boolean) => void): void {
    this.releases.push(release);
  }

  /**
   * Appends the answer record; the first call wins and later ones wait for it. Resolves when the record is
   * durable, so the last byte may follow.
   * @throws what the spool throws when the record could not be kept; the answer must not look whole then.
   */
  settle(end: ExchangeEnd): Promise<void> {
    this.settling ??= this.log.answer(this.answerRecord(end), this.callerField?.logPolicy ?? null).then(
      () => this.releaseAll(end, true),
      (error: unknown) => {
        this.releaseAll(end, false);
        throw error;
      },
    );
    return this.settling;
  }

  /** The work goes on without its connection (a background response); only `cancel` ends it early. */
  detach(): void {
    this.detached = true;
  }

  /** Ends the work; the reason is what the client is told, if one is there. */
  cancel(reason: Error = new ClientLeft()): void {
    this.abort.abort(reason);
  }

  /** Somebody in the portal ends it: the client is still there, and is told so. */
  interrupt(): void {
    this.abort.abort(
      new GatewayError('request_cancelled', 'This request was cancelled by an operator of the gateway.'),
    );
  }

  /** This exchange leaves no row: one of too many from strangers. */
  discard(): void {
    this.settling ??= Promise.resolve();
  }

  /** The connection closed. A running pipeline sees the signal and settles with what it has; else it is done here. */
  async connectionClosed(): Promise<void> {
    if (this.settled || this.detached) return;
    this.abort.abort(new ClientLeft());
    if (!this.running) await this.settle({ outcome: 'client_left', status: 499 });
  }

  private releaseAll(end: ExchangeEnd, kept: boolean): void {
    this.leaveHost?.();
    for (const release of this.releases) release(end, kept);
  }

  private answerRecord(end: ExchangeEnd): AnswerRecord {
    const { metering } = end;
    const slot = this.slotField;
    return {
      kind: 'answer',
      ...this.common(),
      host: slot?.host ?? null,
      status: end.status,
      outcome: end.outcome,
      errorCode: end.errorCode ?? null,
      promptTokens: metering?.promptTokens ?? null,
      cachedPromptTokens: metering?.cachedPromptTokens ?? null,
      completionTokens: metering?.completionTokens ?? null,
      tokensQuality: metering?.tokensQuality ?? null,
      durationMs: this.elapsedMs,
      queueMs: slot?.queueMs ?? null,
      loadMs: metering?.loadMs ?? null,
      promptMs: metering?.promptMs ?? null,
      generateMs: metering?.generateMs ?? null,
      ttftMs: metering?.firstRecordUs == null ? null : (metering.firstRecordUs - this.receivedUs) / 1000,
      tokensPerSecond: metering?.tokensPerSecond ?? null,
      answerPreview: end.answer === undefined ? null : preview(end.answer),
      interval:
        slot === null
          ? null
          : {
              host: slot.host,
              slotFromUs: slot.fromUs,
              activeFromUs: activeFrom(metering, slot.fromUs),
              activeToUs: metering?.activeToUs ?? null,
            },
      body: this.body(end),
    };
  }

  private body(end: ExchangeEnd): RecordedBody | null {
    if (this.subjectField === null) return null;
    return {
      prompt: this.subjectField.prompt,
      answer: end.answer ?? null,
      request: this.subjectField.requestText,
      response: end.response ?? null,
    };
  }

  private common(): Omit<IntentRecord, 'kind'> {
    return {
      id: this.id,
      atMs: this.atMs,
      keyId: this.callerField?.keyId ?? null,
      keyName: this.callerField?.keyName ?? null,
      model: this.subjectField?.model ?? null,
      endpoint: this.endpoint,
      streamed: this.subjectField?.streamed ?? false,
      clientAddress: this.clientAddress,
      userAgent: this.userAgent,
      promptPreview: this.subjectField?.promptPreview ?? null,
    };
  }
}

/** Why an exchange's signal was aborted: nobody is left to answer. */
export class ClientLeft extends Error {
  constructor() {
    super('The client closed the connection.');
    this.name = 'ClientLeft';
  }
}

/** Ollama's clock may count prompt time from before the slot; what the gateway did not see cannot be charged. */
function activeFrom(metering: Metering | undefined, slotFromUs: number): number | null {
  return metering?.activeFromUs == null ? null : Math.max(metering.activeFromUs, slotFromUs);
}

function once(field: string, value: unknown): void {
  if (value !== null) throw new Error(`exchange field '${field}' written twice`);
}
