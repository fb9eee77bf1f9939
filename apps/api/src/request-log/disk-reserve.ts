import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Segment } from './segment';

const CHUNK = Buffer.alloc(1024 * 1024);

/**
 * Space that is already ours: a file of zeros that becomes a segment when the disk is full, so that the requests
 * that run then are still recorded.
 */
export class DiskReserve {
  private readonly path: string;

  constructor(
    private readonly folder: string,
    private readonly bytes: number,
  ) {
    this.path = join(folder, 'reserve');
  }

  /** Makes the reserve stand; cheap where it does. @throws the write's error; nothing is left behind then. */
  async prepare(): Promise<void> {
    const size = await stat(this.path).then(
      ({ size }) => size,
      () => -1,
    );
    if (size === this.bytes) return;
    try {
      const handle = await open(this.path, 'w', 0o600);
      await fill(handle, this.bytes).finally(() => handle.close());
    } catch (error) {
      await rm(this.path, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** Turns the reserve into the segment of this number. @throws where there is none. */
  async take(number: number): Promise<Segment> {
    await rename(this.path, Segment.path(this.folder, number));
    return Segment.create(this.folder, number, this.bytes);
  }
}

/** Real zeros, not a hole: a hole has no blocks. */
async function fill(handle: FileHandle, bytes: number): Promise<void> {
  for (let done = 0; done < bytes;) {
    const { bytesWritten } = await handle.write(CHUNK, 0, Math.min(CHUNK.length, bytes - done));
    done += bytesWritten;
  }
}
