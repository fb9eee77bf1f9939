import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own with little room, so that a disk can be full for real. Needs the right to mount. */
export class SmallDisk {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Null, with one printed line, where this account may not mount; in CI that is a failure. */
  static mount(bytes: number): SmallDisk | null {
    const folder = mkdtempSync(join(tmpdir(), 'ollameter-disk-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0777`, 'tmpfs', folder]);
    if (mounted.status === 0) return new SmallDisk(folder);
    rmSync(folder, { recursive: true });
    process.stderr.write('skipped: the tests with a full disk need the right to mount a tmpfs\n');
    return null;
  }

  /** Takes all the room that is left. */
  fill(): void {
    try {
      for (let file = 0; ; file++)
        writeFileSync(join(this.folder, `filler-${file}`), Buffer.alloc(64 * 1024));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  /** Gives the room back. */
  free(): void {
    execFileSync('sh', ['-c', 'rm -f "$0"/filler-*', this.folder]);
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
