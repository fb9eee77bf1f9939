import type { IncomingHttpHeaders } from 'node:http';
import type { ChatBody, EmbedBody, GenerateBody } from './ollama-wire.ts';

/** Any body; every field is optional, and unchecked: it is what the client sent. */
export type RequestBody = ChatBody & GenerateBody & EmbedBody & Record<string, unknown>;

/** How a request ended. `broken`: the stand-in itself cut it off, by a scripted fault or by closing. */
export type RequestOutcome = 'completed' | 'aborted' | 'broken';

/** Endpoints that run a model: the ones scripts and `nextRequest` mean unless a path is named. */
export const INFERENCE_PATHS: readonly string[] = [
  '/api/chat',
  '/api/generate',
  '/api/embed',
  '/api/embeddings',
];

/** One request the stand-in received, filled in while it is served. Times are `performance.now()` milliseconds. */
export class RecordedRequest {
  readonly index: number;
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly receivedAt = performance.now();
  /** The body's text, `''` until it was read. */
  rawBody = '';
  /** Port of the client's end: tells whether two requests shared a connection. */
  readonly clientPort: number | undefined;
  /** HTTP status, once the head was written. */
  status: number | undefined;
  /** When it got its place at the model. */
  slotAt: number | undefined;
  firstRecordAt: number | undefined;
  endedAt: number | undefined;
  /** Whole records written so far. */
  recordsWritten = 0;
  outcome: RequestOutcome | undefined;
  private parsedBody: RequestBody | undefined;

  constructor(
    index: number,
    method: string,
    path: string,
    headers: IncomingHttpHeaders,
    clientPort: number | undefined,
  ) {
    this.index = index;
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.clientPort = clientPort;
  }

  /** True once the client left before its answer was whole. */
  get aborted(): boolean {
    return this.outcome === 'aborted';
  }

  /** The parsed body, `{}` when there is none or it is not a JSON object. */
  get body(): RequestBody {
    return (this.parsedBody ??= parseObject(this.rawBody));
  }

  get isInference(): boolean {
    return INFERENCE_PATHS.includes(this.path);
  }
}

function parseObject(text: string): RequestBody {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RequestBody) : {};
  } catch {
    return {};
  }
}
