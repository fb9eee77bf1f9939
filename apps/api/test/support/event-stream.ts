/** One server-sent event, parsed; `comment` for a comment alone. */
export interface ServerEvent {
  type: string;
  data: unknown;
}

/** A client of a server-sent event stream that reads at its own pace. */
export class EventStream {
  private readonly abort: AbortController;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly decoder = new TextDecoder();
  private buffered = '';

  private constructor(
    readonly response: Response,
    abort: AbortController,
  ) {
    if (response.body === null) throw new Error('an answer without a body');
    this.reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    this.abort = abort;
  }

  /** Opens the stream; anything but 200 is an error. */
  static async open(url: string, init: RequestInit = {}): Promise<EventStream> {
    const abort = new AbortController();
    const response = await fetch(url, { ...init, signal: abort.signal });
    if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return new EventStream(response, abort);
  }

  /** The next event; undefined when the server has ended the stream. */
  async next(): Promise<ServerEvent | undefined> {
    for (;;) {
      const end = this.buffered.indexOf('\n\n');
      if (end >= 0) {
        const block = this.buffered.slice(0, end);
        this.buffered = this.buffered.slice(end + 2);
        const event = parse(block);
        if (event !== undefined) return event;
        continue;
      }
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.buffered += this.decoder.decode(value, { stream: true });
    }
  }

  /** Reads on until an event is as asked for. */
  async until<T>(wanted: (event: ServerEvent) => T | undefined): Promise<T> {
    for (;;) {
      const event = await this.next();
      if (event === undefined) throw new Error('the stream ended before the event that was waited for');
      const found = wanted(event);
      if (found !== undefined) return found;
    }
  }

  close(): void {
    this.abort.abort();
  }
}

function parse(block: string): ServerEvent | undefined {
  const fields = (name: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trimStart());
  const data = fields('data');
  if (data.length > 0) return { type: fields('event')[0] ?? 'message', data: JSON.parse(data.join('\n')) };
  return block.startsWith(':') ? { type: 'comment', data: null } : undefined;
}
