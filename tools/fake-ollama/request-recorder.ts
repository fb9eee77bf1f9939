import type { IncomingMessage } from 'node:http';
import { RecordedRequest } from './recorded-request.ts';

/** Keeps the newest requests, and hands each out once to a test that asks for the next. */
export class RequestRecorder {
  readonly requests: RecordedRequest[] = [];
  private readonly limit: number;
  private count = 0;
  private readonly open = new Set<RecordedRequest>();
  private readonly handedOut = new WeakSet<RecordedRequest>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Makes the record of a request whose head has come. */
  record(incoming: IncomingMessage): RecordedRequest {
    const path = (incoming.url ?? '/').split('?', 1)[0] ?? '/';
    const request = new RecordedRequest(
      this.count++,
      incoming.method ?? '',
      path,
      incoming.headers,
      incoming.socket.remotePort,
    );
    this.open.add(request);
    return request;
  }

  /** Lists the request, its body read. */
  list(request: RecordedRequest): void {
    if (this.limit === 0) return;
    this.requests.push(request);
    if (this.requests.length > this.limit) this.requests.shift();
  }

  /** The oldest listed request to this path (default: any inference endpoint) that was not handed out yet. */
  handOut(path: string | undefined): RecordedRequest | undefined {
    const next = this.requests.find(
      (request) =>
        (path === undefined ? request.isInference : request.path === path) && !this.handedOut.has(request),
    );
    if (next !== undefined) this.handedOut.add(next);
    return next;
  }

  /** Notes how a request ended; the first word counts. */
  end(request: RecordedRequest, wasSentWhole: boolean): void {
    request.endedAt = performance.now();
    request.outcome ??= wasSentWhole ? 'completed' : 'aborted';
    this.open.delete(request);
  }

  /** The stand-in closes: what is open now was cut off by it, not by the client. */
  breakOpenRequests(): void {
    for (const request of this.open) request.outcome ??= 'broken';
  }
}
