const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What one read from the socket completed: records in order, and beside each the line it came in. */
export interface RecordBatch<R> {
  readonly records: R[];
  readonly lines: string[];
  /** Why nothing can be read after these records: a line that is not JSON, or one that is too long. */
  failure: SyntaxError | RangeError | null;
}

/**
 * Cuts a byte stream into lines. Bytes are cut, not characters, so a chunk may end inside a UTF-8 sequence.
 * A line that is not finished within `maxLineBytes` is refused, so that no upstream can fill the memory.
 */
export class NdjsonReader<R> {
  private rest: Buffer | null = null;

  constructor(private readonly maxLineBytes: number) {}

  /** The records that this chunk completes; those before a broken line are whole and count. */
  push(chunk: Buffer): RecordBatch<R> {
    const bytes = this.rest === null ? chunk : Buffer.concat([this.rest, chunk]);
    const batch = emptyBatch<R>();
    let from = 0;
    // Only the new bytes can hold the line feed that the rest was waiting for.
    let searchFrom = this.rest === null ? 0 : this.rest.length;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, searchFrom);
      if (end < 0) break;
      this.parse(bytes, from, end, batch);
      if (batch.failure !== null) return batch;
      from = searchFrom = end + 1;
    }
    this.rest = from === bytes.length ? null : bytes.subarray(from);
    if (this.rest !== null && this.rest.length > this.maxLineBytes)
      batch.failure = new RangeError(`a line longer than ${this.maxLineBytes} bytes`);
    return batch;
  }

  /** The last line, where the stream ended without a line feed. */
  end(): RecordBatch<R> {
    const batch = emptyBatch<R>();
    if (this.rest !== null) this.parse(this.rest, 0, this.rest.length, batch);
    this.rest = null;
    return batch;
  }

  private parse(bytes: Buffer, from: number, end: number, into: RecordBatch<R>): void {
    const to = end > from && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (to === from) return;
    const line = bytes.toString('utf8', from, to);
    try {
      into.records.push(JSON.parse(line) as R);
      into.lines.push(line);
    } catch (error) {
      into.failure = error as SyntaxError;
    }
  }
}

function emptyBatch<R>(): RecordBatch<R> {
  return { records: [], lines: [], failure: null };
}
