import type { RecordedRequest } from './recorded-request.ts';
import { withTag } from './model-catalogue.ts';
import type { WireLogprob, WireMetrics, WireToolCall } from './ollama-wire.ts';

/** One record of the answer. Everything it names goes into one line. */
export interface ChunkStep {
  readonly content?: string;
  readonly thinking?: string;
  readonly toolCalls?: readonly WireToolCall[];
  readonly logprobs?: readonly WireLogprob[];
  /** Pause before the record. */
  readonly delayMs?: number;
  /** The record waits for this promise. */
  readonly after?: Promise<unknown>;
}

/** Something that is not a record, at its place in the answer. */
export type FaultStep =
  /** Written as it is: garbage, a line without its end, several lines, an empty line. */
  | { readonly raw: string | Uint8Array }
  /** `{"error":…}` and the end of the stream; before the first record an HTTP error with `status` (500). */
  | { readonly errorLine: string; readonly status?: number }
  /** The socket is destroyed; before the first record the client sees no answer at all. */
  | { readonly die: true }
  /** The stream ends properly, without a done record. */
  | { readonly end: true }
  /** Nothing more, until the client leaves, {@link ScriptHandle.release} is called or the stand-in closes. */
  | { readonly stall: true };

export type Step = string | ChunkStep | FaultStep;

/** How the bytes of a streamed answer reach the socket. */
export interface WireStyle {
  /**
   * `record` (default): one write per line; `whole`: all in one write; `byte`: one byte per write; a number: so many
   * bytes per write; an array: cut at these offsets of the stream, lines and UTF-8 sequences notwithstanding.
   */
  readonly split?: 'record' | 'whole' | 'byte' | number | readonly number[];
  /** Line end, default `\n`. */
  readonly eol?: '\n' | '\r\n';
}

/** The final record. */
export interface DoneStep {
  readonly reason?: string;
  /** Laid over the measured figures; a 0 is omitted from the wire, as Go does. */
  readonly metrics?: WireMetrics;
  readonly logprobs?: readonly WireLogprob[];
}

/** A scripted behaviour for the requests it matches. All conditions must hold. */
export interface Script {
  readonly model?: string;
  /** Default: any of the inference endpoints. */
  readonly path?: string;
  readonly match?: (request: RecordedRequest) => boolean;
  /** How many requests it serves, default 1; `Infinity` for all. */
  readonly times?: number;

  /** Waits before anything else happens, with no byte sent. */
  readonly delayHeadersMs?: number;
  /** Waits for this promise before anything else happens, with no byte sent. */
  readonly holdHeaders?: Promise<unknown>;
  /** The answer is this HTTP error. */
  readonly error?: { readonly status: number; readonly message: string };
  /** The answer is this JSON, status 200; for any path, e.g. an old `/api/tags` without capabilities. */
  readonly json?: unknown;
  /** If the request makes the model load, how long that takes. */
  readonly loadDelayMs?: number;

  /** The exact records; a string is one record's content. */
  readonly chunks?: readonly Step[];
  /** Instead of `chunks`: a text that is cut into tokens. */
  readonly text?: string;
  /** Thinking, cut into tokens, before the content. */
  readonly thinking?: string;
  /** Native mode: on the done record. Rendered mode: one earlier record per call, each with index 0. */
  readonly toolCalls?: readonly WireToolCall[];
  /** Default: the model's. */
  readonly toolCallMode?: 'native' | 'rendered';
  /** `false`: the stream ends without a done record. */
  readonly done?: DoneStep | false;
  /** Put in front of record `at` (from 0) of whatever the answer is, the done record counting as the last. */
  readonly fault?: { readonly at: number; readonly step: FaultStep };
  readonly wire?: WireStyle;
  /** Pause between tokens for this answer; default the stand-in's. */
  readonly tokenDelayMs?: number;
}

/** What `script()` gives back. */
export interface ScriptHandle {
  /** The requests that this script served, in order. */
  readonly requests: readonly RecordedRequest[];
  /** Lets every `stall` step of this script go on. */
  release(): void;
  /** Takes the script off the list. */
  remove(): void;
}

/** A script on the list, with what has become of it. */
export class QueuedScript implements ScriptHandle {
  readonly script: Script;
  readonly requests: RecordedRequest[] = [];
  readonly released: Promise<void>;
  private readonly resolveReleased: () => void;
  private readonly book: ScriptBook;

  constructor(script: Script, book: ScriptBook) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.script = script;
    this.book = book;
    this.released = promise;
    this.resolveReleased = () => resolve(undefined);
  }

  get isSpent(): boolean {
    return this.requests.length >= (this.script.times ?? 1);
  }

  matches(request: RecordedRequest): boolean {
    const { model, path, match } = this.script;
    if (path === undefined ? !request.isInference : request.path !== path) return false;
    if (model !== undefined && withTag(model) !== withTag(request.body.model ?? '')) return false;
    return match?.(request) ?? true;
  }

  release(): void {
    this.resolveReleased();
  }

  remove(): void {
    this.book.remove(this);
  }
}

/** The scripts in the order they were given; a request takes the first that matches it and is not spent. */
export class ScriptBook {
  private queued: QueuedScript[] = [];

  add(script: Script): ScriptHandle {
    const queued = new QueuedScript(script, this);
    this.queued.push(queued);
    return queued;
  }

  take(request: RecordedRequest): QueuedScript | undefined {
    const found = this.queued.find((queued) => queued.matches(request));
    if (found === undefined) return undefined;
    found.requests.push(request);
    if (found.isSpent) this.remove(found);
    return found;
  }

  remove(script: QueuedScript): void {
    this.queued = this.queued.filter((queued) => queued !== script);
  }

  clear(): void {
    this.queued = [];
  }
}
