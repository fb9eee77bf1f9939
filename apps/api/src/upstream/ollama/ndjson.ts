const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a byte stream into lines. Bytes are cut, not characters, so a chunk may end inside a UTF-8 sequence.
 * A line that is not finished within `maxLineBytes` is refused, so that no upstream can fill the memory.
 */
export class NdjsonReader<R> {
  private rest: Buffer | null = null;

  constructor(private readonly maxLineBytes: number) {}

  /**
   * The records that this chunk completes.
   * @throws SyntaxError for a line that is not JSON, RangeError for one that is too long.
   */
  push(chunk: Buffer): R[] {
    const bytes = this.rest === null ? chunk : Buffer.concat([this.rest, chunk]);
    const records: R[] = [];
    let from = 0;
    // Only the new bytes can hold the line feed that the rest was waiting for.
    let searchFrom = this.rest === null ? 0 : this.rest.length;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, searchFrom);
      if (end < 0) break;
      this.parse(bytes, from, end, records);
      from = searchFrom = end + 1;
    }
    this.rest = from === bytes.length ? null : bytes.subarray(from);
    if (this.rest !== null && this.rest.length > this.maxLineBytes)
      throw new RangeError(`a line longer than ${this.maxLineBytes} bytes`);
    return records;
  }

  /** The last line, where the stream ended without a line feed. */
  end(): R[] {
    const records: R[] = [];
    if (this.rest !== null) this.parse(this.rest, 0, this.rest.length, records);
    this.rest = null;
    return records;
  }

  private parse(bytes: Buffer, from: number, end: number, into: R[]): void {
    const to = end > from && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (to > from) into.push(JSON.parse(bytes.toString('utf8', from, to)) as R);
  }
}
