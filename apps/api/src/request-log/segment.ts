import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrames } from './frame';

const SUFFIX = '.log';

/** One file of the spool. Bytes are written at explicit offsets, so what a failed write left is overwritten. */
export class Segment {
  private handle: FileHandle | null = null;

  private constructor(
    readonly number: number,
    readonly path: string,
    /** Where the next frame goes; everything before it is whole. */
    public writtenBytes: number,
  ) {}

  static create(folder: string, number: number): Segment {
    return new Segment(number, join(folder, String(number).padStart(10, '0') + SUFFIX), 0);
  }

  /** The segment number of a file name, or null for other files. */
  static numberOf(fileName: string): number | null {
    return /^\d{10}\.log$/.test(fileName) ? Number(fileName.slice(0, -SUFFIX.length)) : null;
  }

  /**
   * Opens what a former process left and cuts its torn tail. The cut bytes are kept beside it, because a flipped
   * bit in the middle would cut more than a crash does.
   */
  static async recover(
    folder: string,
    number: number,
  ): Promise<{ segment: Segment; payloads: string[]; cutBytes: number }> {
    const segment = Segment.create(folder, number);
    const bytes = await readFile(segment.path);
    const { payloads, validBytes } = decodeFrames(bytes);
    const cutBytes = bytes.length - validBytes;
    if (cutBytes > 0) {
      await writeFile(`${segment.path}.torn`, bytes.subarray(validBytes), { mode: 0o600 });
      await truncate(segment.path, validBytes);
    }
    segment.writtenBytes = validBytes;
    return { segment, payloads, cutBytes };
  }

  /** Appends whole frames; resolves when the kernel has them, or with `sync` when the disk has. */
  async append(frames: Buffer, sync: boolean): Promise<void> {
    const handle = (this.handle ??= await open(this.path, constants.O_CREAT | constants.O_RDWR, 0o600));
    let done = 0;
    while (done < frames.length) {
      const { bytesWritten } = await handle.write(
        frames,
        done,
        frames.length - done,
        this.writtenBytes + done,
      );
      done += bytesWritten;
    }
    if (sync) await handle.datasync();
    this.writtenBytes += frames.length;
  }

  /** Up to `maxBytes` of whole frames from `offset`, at least one where there is one. */
  async read(offset: number, maxBytes: number): Promise<{ payloads: string[]; validBytes: number }> {
    const available = this.writtenBytes - offset;
    for (let size = Math.min(maxBytes, available); ; size = Math.min(size * 2, available)) {
      const bytes = await this.readBytes(offset, size);
      const decoded = decodeFrames(bytes);
      if (decoded.payloads.length > 0 || size === available) return decoded;
    }
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = null;
  }

  async delete(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }

  private async readBytes(offset: number, size: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(size);
    const reading = await open(this.path, 'r');
    try {
      let done = 0;
      while (done < size) {
        const { bytesRead } = await reading.read(bytes, done, size - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    } finally {
      await reading.close();
    }
  }
}
