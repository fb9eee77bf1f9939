import { Transform, type TransformCallback } from 'node:stream';

/** `PGCOPY\n\377\r\n\0`, flags, no extension. */
const HEADER_BYTES = 19;
/** Number of columns (-1 after the last row) and the length of the only one. */
const ROW_HEAD_BYTES = 6;

/**
 * Takes `COPY … (FORMAT binary)` of one text column without nulls apart: what comes out is the texts, one behind the
 * other. Frames as in PostgreSQL's manual, COPY, "Binary Format".
 */
export class CopyTuples extends Transform {
  /** Rows that went through. */
  rows = 0;
  private rest: Buffer = Buffer.alloc(0);
  private toSkip = HEADER_BYTES;
  private toTake = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const texts: Buffer[] = [];
    let at = 0;
    for (;;) {
      const skipped = Math.min(this.toSkip, bytes.length - at);
      this.toSkip -= skipped;
      at += skipped;
      const taken = Math.min(this.toTake, bytes.length - at);
      if (taken > 0) texts.push(bytes.subarray(at, at + taken));
      this.toTake -= taken;
      at += taken;
      if (bytes.length - at < ROW_HEAD_BYTES) break;
      if (bytes.readInt16BE(at) === -1) break;
      this.toTake = bytes.readInt32BE(at + 2);
      at += ROW_HEAD_BYTES;
      this.rows++;
    }
    this.rest = this.toSkip + this.toTake > 0 ? Buffer.alloc(0) : bytes.subarray(at);
    done(null, texts.length === 0 ? undefined : Buffer.concat(texts));
  }
}
