import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, isFault } from './answer.ts';
import { ClientLeft, HttpError } from './http-error.ts';
import type { WireLogprob, WireToolCall } from './ollama-wire.ts';
import type { RecordParts } from './record-format.ts';
import type { ChunkStep, FaultStep } from './script.ts';

/** Where the records of an answer go: a stream's writer, or the fold of a unary answer. */
export interface RecordSink {
  /** One plain token. */
  token(content: string): Promise<void> | undefined;
  record(parts: RecordParts): Promise<void> | undefined;
  raw(bytes: string | Uint8Array): Promise<void> | undefined;
  /** A whole error line, or an HTTP error where no byte has gone out. */
  error(message: string, status: number): void;
  /** Sends what is still held back before the answer pauses. */
  flush(): void;
}

/** How an answer's records ended. */
export type PlayEnd = 'whole' | 'error' | 'died' | 'cut';

/**
 * Plays an answer's steps into a sink at one record per `tokenDelayMs`. Late records are made up for, so that the
 * rate holds on a busy machine.
 * @throws ClientLeft when the client left; HttpError for an error before the first record.
 */
export async function playAnswer(
  answer: Answer,
  sink: RecordSink,
  tokenDelayMs: number,
  signal: AbortSignal,
): Promise<PlayEnd> {
  let dueAt = performance.now();
  for (const step of answer.steps) {
    if (signal.aborted) throw new ClientLeft();
    if (typeof step === 'object' && isFault(step)) {
      const end = await playFault(step, answer, sink, signal);
      if (end !== undefined) return end;
      dueAt = performance.now();
      continue;
    }
    dueAt += tokenDelayMs;
    const early = tokenDelayMs > 0 ? dueAt - performance.now() : 0;
    if (early > 0) await pause(early, sink, signal);
    if (typeof step === 'object') await holdBack(step, sink, signal);
    const busy = typeof step === 'string' ? sink.token(step) : sink.record(step);
    if (busy !== undefined) await busy;
  }
  return 'whole';
}

async function playFault(
  step: FaultStep,
  answer: Answer,
  sink: RecordSink,
  signal: AbortSignal,
): Promise<PlayEnd | undefined> {
  if ('raw' in step) {
    await sink.raw(step.raw);
    return undefined;
  }
  if ('errorLine' in step) {
    sink.error(step.errorLine, step.status ?? 500);
    return 'error';
  }
  if ('stall' in step) {
    sink.flush();
    await orLeave(answer.script?.released ?? new Promise<never>(() => undefined), signal);
    return undefined;
  }
  return 'die' in step ? 'died' : 'cut';
}

async function holdBack(step: ChunkStep, sink: RecordSink, signal: AbortSignal): Promise<void> {
  if (step.delayMs !== undefined) await pause(step.delayMs, sink, signal);
  if (step.after !== undefined) {
    sink.flush();
    await orLeave(step.after, signal);
  }
}

async function pause(ms: number, sink: RecordSink, signal: AbortSignal): Promise<void> {
  sink.flush();
  await pauseOrLeave(ms, signal);
}

/** Sleeps; @throws ClientLeft when the client leaves meanwhile. */
export async function pauseOrLeave(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw new ClientLeft();
  }
}

/** Waits for a promise; @throws ClientLeft when the client leaves first. */
export async function orLeave(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new ClientLeft();
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(new ClientLeft());
  signal.addEventListener('abort', leave, { once: true });
  try {
    await Promise.race([promise, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** Folds the records of an answer into one, as Ollama does for `stream: false`. */
export class UnaryFold implements RecordSink {
  content = '';
  thinking = '';
  readonly toolCalls: WireToolCall[] = [];
  readonly logprobs: WireLogprob[] = [];

  token(content: string): undefined {
    this.content += content;
  }

  record(parts: RecordParts): undefined {
    this.content += parts.content ?? '';
    this.thinking += parts.thinking ?? '';
    this.toolCalls.push(...(parts.toolCalls ?? []));
    this.logprobs.push(...(parts.logprobs ?? []));
  }

  raw(): undefined {
    throw new HttpError(500, 'a scripted raw step needs a streamed answer');
  }

  error(message: string, status: number): void {
    throw new HttpError(status, message);
  }

  flush(): void {
    // Nothing is held back: the one answer is written at the end.
  }
}
