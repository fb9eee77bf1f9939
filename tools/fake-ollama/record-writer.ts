import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { goJson } from './go-json.ts';
import { ClientLeft } from './http-error.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { WireStyle } from './script.ts';

/** Writes a stream's bytes to the client, cut as the script says. The head goes out with the first byte. */
export class RecordWriter {
  private readonly response: ServerResponse;
  private readonly request: RecordedRequest;
  private readonly signal: AbortSignal;
  private readonly split: NonNullable<WireStyle['split']>;
  private readonly eol: string;
  private held: Buffer[] = [];
  private offset = 0;

  constructor(
    response: ServerResponse,
    request: RecordedRequest,
    signal: AbortSignal,
    style: WireStyle = {},
  ) {
    this.response = response;
    this.request = request;
    this.signal = signal;
    this.split = style.split ?? 'record';
    this.eol = style.eol ?? '\n';
  }

  /** True once a byte has gone out, after which no status can be sent any more. */
  get hasBegun(): boolean {
    return this.response.headersSent;
  }

  /** Writes one record; a promise only when the client must catch up first. */
  write(record: string): Promise<void> | undefined {
    this.request.recordsWritten++;
    return this.raw(record + this.eol);
  }

  /** Writes the line that stands for a failure after the first record; it is no record. */
  error(message: string): Promise<void> | undefined {
    return this.raw(goJson({ error: message }) + this.eol);
  }

  /** Writes bytes as they are. */
  raw(bytes: string | Uint8Array): Promise<void> | undefined {
    if (!this.hasBegun) {
      this.request.firstRecordAt = performance.now();
      this.request.status = 200;
      this.response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    }
    if (this.split === 'record') return this.send(bytes);
    this.held.push(Buffer.from(bytes));
    return this.sendWhatIsWhole(this.split);
  }

  /** Sends what is still held back, and ends the answer. */
  end(): void {
    this.flush();
    this.response.end();
  }

  /** Sends what is still held back. */
  flush(): void {
    if (this.held.length > 0) this.response.write(Buffer.concat(this.held));
    this.held = [];
  }

  private sendWhatIsWhole(
    split: Exclude<NonNullable<WireStyle['split']>, 'record'>,
  ): Promise<void> | undefined {
    if (split === 'whole') return undefined;
    let rest = Buffer.concat(this.held);
    let drained: Promise<void> | undefined;
    for (
      let size = this.nextSize(split);
      size <= rest.length && rest.length > 0;
      size = this.nextSize(split)
    ) {
      drained = this.send(rest.subarray(0, size));
      this.offset += size;
      rest = rest.subarray(size);
    }
    this.held = rest.length === 0 ? [] : [rest];
    return drained;
  }

  private nextSize(split: 'byte' | number | readonly number[]): number {
    if (split === 'byte') return 1;
    if (typeof split === 'number') return Math.max(1, split);
    return (split.find((cut) => cut > this.offset) ?? Infinity) - this.offset;
  }

  private send(bytes: string | Uint8Array): Promise<void> | undefined {
    return this.response.write(bytes) ? undefined : this.drained();
  }

  private async drained(): Promise<void> {
    try {
      await once(this.response, 'drain', { signal: this.signal });
    } catch {
      throw new ClientLeft();
    }
  }
}
