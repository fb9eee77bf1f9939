import { constants, writeSync } from 'node:fs';
import { type FileHandle, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ScannedFrames, scanFrames } from './frame';

const SUFFIX = '.log';

/** Up to this much goes to the page cache in less time than a trip to the thread pool takes; answers wait for it. */
const BLOCKING_BYTES = 1024 * 1024;

/** One file of the spool. Bytes are written at explicit offsets, so what a failed write left is overwritten. */
export class Segment {
  private handle: FileHandle | null = null;
  private opening: Promise<FileHandle> | null = null;
  private nameIsSynced = false;

  private constructor(
    readonly number: number,
    private readonly folder: string,
    /** Where the next frame goes; everything before it is whole or known damage. */
    public writtenBytes: number,
    /** A preallocated file takes so much and no more. */
    readonly capacityBytes: number,
  ) {}

  static create(folder: string, number: number, capacityBytes = Number.POSITIVE_INFINITY): Segment {
    return new Segment(number, folder, 0, capacityBytes);
  }

  static path(folder: string, number: number): string {
    return join(folder, String(number).padStart(10, '0') + SUFFIX);
  }

  /** The segment number of a file name, or null for other files. */
  static numberOf(fileName: string): number | null {
    return /^\d{10}\.log$/.test(fileName) ? Number(fileName.slice(0, -SUFFIX.length)) : null;
  }

  /** Opens what a former process left and cuts its torn tail. What is cut or damaged is kept beside it. */
  static async recover(
    folder: string,
    number: number,
  ): Promise<{ segment: Segment; scanned: ScannedFrames; cutBytes: number }> {
    const segment = Segment.create(folder, number);
    const bytes = await readFile(segment.path);
    const scanned = scanFrames(bytes, true);
    segment.writtenBytes = scanned.endOffset;
    await segment.keepDamaged(bytes, 0, scanned);
    const tail = bytes.subarray(scanned.endOffset);
    // Zeros are the unused end of a preallocated file.
    const cutBytes = tail.some((byte) => byte !== 0) ? tail.length : 0;
    if (cutBytes > 0) await keepAside(`${segment.path}.torn`, tail);
    if (tail.length > 0) await truncate(segment.path, scanned.endOffset);
    return { segment, scanned, cutBytes };
  }

  get path(): string {
    return Segment.path(this.folder, this.number);
  }

  /** Appends whole frames; resolves when the kernel has them, or with `sync` when the disk has. */
  async append(frames: Buffer, sync: boolean): Promise<void> {
    const handle = await this.opened();
    let done = 0;
    while (done < frames.length) {
      const left = frames.length - done;
      const at = this.writtenBytes + done;
      done +=
        sync || left > BLOCKING_BYTES
          ? (await handle.write(frames, done, left, at)).bytesWritten
          : writeSync(handle.fd, frames, done, left, at);
    }
    if (sync) {
      await handle.datasync();
      if (!this.nameIsSynced) await syncFolder(this.folder);
      this.nameIsSynced = true;
    }
    this.writtenBytes += frames.length;
  }

  /** Cuts what a failed append may have left: frames whose records the caller takes elsewhere or gives up. */
  async cutRest(): Promise<void> {
    await this.handle?.truncate(this.writtenBytes).catch(() => undefined);
  }

  /** The frames of up to `maxBytes` from `offset`, at least one where there is one. */
  async read(offset: number, maxBytes: number): Promise<ScannedFrames> {
    const available = this.writtenBytes - offset;
    for (let size = Math.min(maxBytes, available); ; size = Math.min(size * 2, available)) {
      const bytes = await this.readBytes(offset, size);
      const scanned = scanFrames(bytes, size === available);
      if (scanned.endOffset === 0 && size < available) continue;
      await this.keepDamaged(bytes, offset, scanned);
      // A rest that nothing whole follows is damage too, or the reader would wait for it for ever.
      return size === available ? { ...scanned, endOffset: available } : scanned;
    }
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = this.opening = null;
  }

  async delete(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }

  /** Damaged stretches stay for a person to look at, named by their place. */
  private async keepDamaged(bytes: Buffer, offset: number, { damaged }: ScannedFrames): Promise<void> {
    for (const { from, to } of damaged)
      await keepAside(`${this.path}.${offset + from}.damaged`, bytes.subarray(from, to));
  }

  /** One handle for writer and reader. */
  private async opened(): Promise<FileHandle> {
    this.opening ??= open(this.path, constants.O_CREAT | constants.O_RDWR, 0o600);
    try {
      return (this.handle = await this.opening);
    } catch (error) {
      this.opening = null;
      throw error;
    }
  }

  private async readBytes(offset: number, size: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(size);
    const handle = await this.opened();
    let done = 0;
    while (done < size) {
      const { bytesRead } = await handle.read(bytes, done, size - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }
}

/** For a person to look at; a full disk is no reason not to go on. */
async function keepAside(path: string, bytes: Buffer): Promise<void> {
  await writeFile(path, bytes, { mode: 0o600 }).catch(() => undefined);
}

/** A new file's name is on the disk only when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
