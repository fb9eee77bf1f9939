import type { Dispatcher } from 'undici';
import type { AppConfig } from '../../config/app-config';
import { GatewayError } from '../gateway-error';
import type { UpstreamBatch } from '../upstream.provider';
import { mapUpstreamError, type UpstreamRequest } from './map-upstream-error';
import { NdjsonReader, type RecordBatch } from './ndjson';
import type { OllamaRecord } from './ollama-wire';
import { StreamDeadline } from './stream-deadline';

/** Embeddings of 2,048 inputs come as one line; more than this is not a record. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
/** Records that wait for a slow client before the upstream is no longer read. */
const MAX_WAITING_RECORDS = 64;
/** After its last record a server has this long to end the response, so that the connection can be used again. */
const END_MS = 1_000;

/** How an answer failed, before anybody said what that means. */
export type BreakOff = (error: unknown) => Error;

/**
 * One upstream answer as undici's parser hands it over, chunk by chunk in its own call stack. Chunks of one read from
 * the socket join one batch, because whoever waits for them runs after the parser is through with that read. The
 * response is left to end by itself after the last record: that is what keeps its connection alive.
 */
export class AnswerStream implements Dispatcher.DispatchHandler {
  private readonly reader = new NdjsonReader<OllamaRecord>(MAX_LINE_BYTES);
  private readonly deadline: StreamDeadline;
  private controller: Dispatcher.DispatchController | null = null;
  private errorStatus: number | null = null;
  private errorText = '';
  private waiting: { records: OllamaRecord[]; lines: string[] } | null = null;
  private failure: Error | null = null;
  /** Nothing more will be handed on: the last record came, or the answer failed. */
  private over = false;
  private abortReason: Error | null = null;
  /** Cuts a response that goes on after the last record. */
  private overrun: NodeJS.Timeout | undefined;
  private wake: (() => void) | null = null;

  constructor(
    private readonly about: UpstreamRequest,
    limits: Pick<AppConfig, 'firstTokenTimeoutMs' | 'tokenGapTimeoutMs' | 'requestTimeoutMs'>,
    private readonly explain: BreakOff,
  ) {
    this.deadline = new StreamDeadline(limits, (expired) => this.abort(expired));
  }

  /**
   * What has come since the last call, in order; waits until something has. Null after the last record.
   * @throws what broke the answer, once everything before it was taken.
   */
  async take(): Promise<UpstreamBatch | null> {
    if (this.waiting === null && !this.over) await new Promise<void>((resolve) => (this.wake = resolve));
    const batch = this.waiting;
    this.waiting = null;
    if (batch !== null) {
      if (this.controller?.paused === true) this.resume(this.controller);
      return batch;
    }
    if (this.failure !== null) throw this.failure;
    return null;
  }

  /** Ends the answer with this reason, and the generation with it. */
  abort(reason: Error): void {
    if (this.over) return;
    this.fail(reason);
    this.abortReason = reason;
    this.controller?.abort(reason);
  }

  /** Nobody takes any more; an answer that is not over is cut off. */
  close(): void {
    if (!this.over) this.abort(new Error('nobody reads this answer any more'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.abortReason !== null) controller.abort(this.abortReason);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status !== 200) this.errorStatus = status;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.errorStatus === null) this.accept(controller, this.reader.push(chunk));
    else if (this.errorText.length < MAX_ERROR_BYTES) this.errorText += chunk.toString('utf8');
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (!this.over) this.endUnfinished(controller);
    clearTimeout(this.overrun);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.overrun);
    this.fail(this.explain(error));
  }

  /** The response ended before a record said so: the last line may lack its line feed, or the answer failed. */
  private endUnfinished(controller: Dispatcher.DispatchController): void {
    if (this.errorStatus !== null) {
      this.fail(mapUpstreamError(this.errorStatus, errorText(this.errorText), this.about));
      return;
    }
    this.accept(controller, this.reader.end());
    this.fail(new GatewayError('upstream_error', 'The model server ended its answer without finishing it.'));
  }

  private accept(controller: Dispatcher.DispatchController, batch: RecordBatch<OllamaRecord>): void {
    if (this.over) return;
    const failure = cutAtError(batch, this.about);
    if (batch.records.length > 0) {
      this.deadline.recordArrived();
      this.hand(batch);
    }
    if (failure !== null) this.abort(this.explain(failure));
    else if (endsAnswer(batch.records)) this.finish(controller);
    else if ((this.waiting?.records.length ?? 0) > MAX_WAITING_RECORDS) this.pause(controller);
  }

  private hand({ records, lines }: RecordBatch<OllamaRecord>): void {
    if (this.waiting === null) {
      this.waiting = { records, lines };
    } else {
      this.waiting.records.push(...records);
      this.waiting.lines.push(...lines);
    }
    this.notify();
  }

  private finish(controller: Dispatcher.DispatchController): void {
    this.over = true;
    this.deadline[Symbol.dispose]();
    this.notify();
    this.overrun = setTimeout(
      () => controller.abort(new Error('the response did not end after its last record')),
      END_MS,
    ).unref();
  }

  private fail(error: Error): void {
    if (this.over) return;
    this.over = true;
    this.failure = error;
    this.deadline[Symbol.dispose]();
    this.notify();
  }

  private pause(controller: Dispatcher.DispatchController): void {
    controller.pause();
    this.deadline.hold();
  }

  private resume(controller: Dispatcher.DispatchController): void {
    if (!this.over) this.deadline.recordArrived();
    controller.resume();
  }

  private notify(): void {
    this.wake?.();
    this.wake = null;
  }
}

/** What broke the answer in this batch, if anything; an error line is cut off with all that follows it. */
function cutAtError(batch: RecordBatch<OllamaRecord>, about: UpstreamRequest): Error | null {
  const at = batch.records.findIndex((record) => record.error !== undefined);
  const text = batch.records[at]?.error;
  if (text === undefined) return batch.failure;
  batch.records.length = batch.lines.length = at;
  return mapUpstreamError(0, text, about);
}

/** True when the batch holds the record that ends the answer; embeddings come as one record without `done`. */
function endsAnswer(records: readonly OllamaRecord[]): boolean {
  return records.some(
    ({ done, embeddings, embedding }) => done === true || embeddings !== undefined || embedding !== undefined,
  );
}

function errorText(body: string): string {
  try {
    const parsed = JSON.parse(body) as { error?: unknown };
    return typeof parsed.error === 'string' ? parsed.error : body;
  } catch {
    return body;
  }
}
