import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Exchange } from '../exchange/exchange';
import { SSE_HEARTBEAT } from '@ollameter/openai-contract';
import type { ChargeEstimate } from '../energy/charge-estimator.service';
import { toChargeHeaders } from '../energy/charge-wire';

/** Where an answer goes. Errors before its first byte are thrown to the exception filter; later ones go in-band. */
export interface Answer {
  /** True once the status line is out; an error must go in-band then. */
  readonly open: boolean;
  /** HTTP status that the client has seen, or will see for an answer that is whole. */
  readonly status: number;
  /** Sends text at once; resolves when the client is ready for more. @throws when it is not in time. */
  write(text: string): Promise<void> | undefined;
  /**
   * The last bytes; only after the answer record is safe. `flaw` says what is wrong with an answer that is sent all the
   * same; `charge` is told in the headers where they are not out yet.
   */
  end(text: string, flaw: string | null, charge: ChargeEstimate | null): void;
  /** Ends an answer that is not whole; `text` tells the error in-band. */
  fail(text: string): void;
  dispose(): void;
}

/** The client does not read; its generation is stopped. */
export class ClientStalled extends Error {}

/** Printable ASCII, short: fit for a header. */
function oneLine(text: string): string {
  return text.slice(0, 200).replace(/[^ -~]/g, '?');
}

/**
 * A unary answer: one body with its length, sent whole. With a keep-alive, an answer that takes longer begins with
 * spaces, which JSON allows before the body, so that a proxy which gives up on silence (Cloudflare after 120 s)
 * does not; an error can then only be told by a connection that ends before the body is whole.
 */
export class JsonAnswer implements Answer {
  readonly status = 200;
  private readonly keepAlive: NodeJS.Timeout | null;

  /** @param keepAliveMs how long nothing is sent; 0 for ever. */
  constructor(
    private readonly response: ServerResponse,
    private readonly exchange: Exchange,
    keepAliveMs: number,
  ) {
    this.keepAlive = keepAliveMs > 0 ? setInterval(() => this.beat(), keepAliveMs) : null;
  }

  get open(): boolean {
    return this.response.headersSent;
  }

  write(): undefined {
    return undefined;
  }

  end(text: string, flaw: string | null, charge: ChargeEstimate | null): void {
    if (!this.open)
      this.start({
        'content-length': Buffer.byteLength(text),
        ...(charge !== null && toChargeHeaders(charge)),
        ...(flaw !== null && { 'x-ollameter-warning': oneLine(flaw) }),
      });
    this.response.end(text);
  }

  fail(): void {
    this.response.destroy();
  }

  dispose(): void {
    if (this.keepAlive !== null) clearInterval(this.keepAlive);
  }

  private start(headers: OutgoingHttpHeaders): void {
    this.response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'openai-processing-ms': String(Math.round(this.exchange.elapsedMs)),
      ...headers,
    });
  }

  private beat(): void {
    if (this.response.writableEnded || this.response.writableNeedDrain) return;
    if (!this.open) this.start({ 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' });
    this.response.write(' ');
  }
}

/** Nobody waits: the answer of a background response is fetched later. */
export class NoAnswer implements Answer {
  readonly open = false;
  readonly status = 200;

  write(): undefined {
    return undefined;
  }

  end(): void {
    // The state was stored before.
  }

  fail(): void {
    // The failure is stored by whoever started the generation.
  }

  dispose(): void {
    // Holds nothing.
  }
}

/** How a streamed answer looks on the wire. */
export interface StreamForm {
  contentType: string;
  /** Harmless text that keeps a silent stream open; null where the wire has none. */
  heartbeat: string | null;
}

/** Server-sent events: OpenAI's streams. */
export const SSE_FORM: StreamForm = {
  contentType: 'text/event-stream; charset=utf-8',
  heartbeat: SSE_HEARTBEAT,
};

/** JSON lines: Ollama's streams, which know no comments. */
export const NDJSON_FORM: StreamForm = { contentType: 'application/x-ndjson', heartbeat: null };

/**
 * A streamed answer. Headers wait for the first frame, so that early failures keep their status, or
 * for the first heartbeat, so that no proxy closes a stream that loads a model.
 */
export class StreamAnswer implements Answer {
  readonly status = 200;
  private readonly heartbeat: NodeJS.Timeout | null;

  constructor(
    private readonly response: ServerResponse,
    private readonly exchange: Exchange,
    private readonly form: StreamForm,
    heartbeatMs: number,
    private readonly stallMs: number,
    /** What a heartbeat may tell somebody who waits; null where there is nothing to tell. */
    private readonly progress: () => string | null,
  ) {
    const { heartbeat } = form;
    this.heartbeat =
      heartbeatMs > 0 && heartbeat !== null ? setInterval(() => this.beat(heartbeat), heartbeatMs) : null;
  }

  get open(): boolean {
    return this.response.headersSent;
  }

  write(text: string): Promise<void> | undefined {
    if (text === '') return undefined;
    this.start();
    this.heartbeat?.refresh();
    return this.response.write(text) ? undefined : this.drained();
  }

  end(text: string, flaw: string | null): void {
    this.start();
    // A comment, which every client skips: after the first byte there is no header left to say it in.
    const warning = flaw !== null && this.form.heartbeat !== null ? `: warning: ${oneLine(flaw)}\n\n` : '';
    this.response.end(warning + text);
  }

  fail(text: string): void {
    this.response.end(text);
  }

  dispose(): void {
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
  }

  private start(): void {
    if (this.response.headersSent) return;
    this.response.writeHead(200, {
      'content-type': this.form.contentType,
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'openai-processing-ms': String(Math.round(this.exchange.elapsedMs)),
    });
  }

  private beat(text: string): void {
    // A full buffer means the client is not reading: silence is not its problem.
    if (this.response.writableNeedDrain || this.response.writableEnded) return;
    this.start();
    const progress = this.progress();
    this.response.write(progress === null ? text : `: ${oneLine(progress)}\n\n`);
  }

  private drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => () => {
        clearTimeout(timer);
        this.response.off('drain', onDrain).off('close', onClose);
        finish();
      };
      const onDrain = settle(resolve);
      const onClose = settle(resolve);
      const timer = setTimeout(
        settle(() => reject(new ClientStalled('The client stopped reading.'))),
        this.stallMs,
      );
      this.response.on('drain', onDrain).on('close', onClose);
    });
  }
}
