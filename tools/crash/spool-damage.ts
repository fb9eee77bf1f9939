import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientLedger } from './client-ledger.ts';
import type { Random } from './random.ts';

/** Magic, length, checksum: the frame as docs/RELIABILITY.md describes it, read here without the product's code. */
const HEADER_BYTES = 12;

interface Frame {
  from: number;
  to: number;
  kind: string;
  id: string;
}

/** Harm to a dead gateway's spool, as far as its promise reaches. */
export class SpoolDamage {
  private readonly folder: string;
  private readonly random: Random;
  private readonly flipped = new Set<string>();

  constructor(folder: string, random: Random) {
    this.folder = folder;
    this.random = random;
  }

  /**
   * Cuts the last segment somewhere behind the last record whose client has its answer, as a torn write would, or
   * leaves half a frame there. True where it did something.
   */
  tearTail(ledger: ClientLedger): boolean {
    const name = this.segments().at(-1);
    if (name === undefined) return false;
    const path = join(this.folder, name);
    const bytes = readFileSync(path);
    const frames = framesOf(bytes);
    const kept = frames.findLast(({ kind, id }) => kind === 'answer' && ledger.whole.has(id))?.to ?? 0;
    const end = frames.at(-1)?.to ?? 0;
    // The unused rest of a preallocated file is no tail.
    if (end < bytes.length && bytes.subarray(end).every((byte) => byte === 0)) return false;
    if (end > kept && kept > 0) truncateSync(path, this.random.between(kept, end));
    else appendFileSync(path, Buffer.from([0xf5, 0x4f, 0x4c, 0x4d, 0xff, 0x10, 0, 0, 1, 2, 3, 4, 0x7b]));
    return true;
  }

  /** Flips one bit in every other frame of the segments that were not harmed before. Returns how many. */
  flipBits(): number {
    let flips = 0;
    for (const name of this.segments()) {
      if (this.flipped.has(name)) continue;
      this.flipped.add(name);
      const path = join(this.folder, name);
      const bytes = readFileSync(path);
      for (const { from, to } of framesOf(bytes)) {
        if (this.random.chance(0.5)) continue;
        const at = this.random.between(from, to);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << this.random.between(0, 8));
        flips++;
      }
      writeFileSync(path, bytes);
    }
    return flips;
  }

  private segments(): string[] {
    return readdirSync(this.folder)
      .filter((name) => /^\d+\.log$/.test(name))
      .sort();
  }
}

function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let from = 0; from + HEADER_BYTES <= bytes.length;) {
    const to = from + HEADER_BYTES + bytes.readUInt32LE(from + 4);
    if (bytes[from] !== 0xf5 || to > bytes.length) break;
    const { kind, id } = JSON.parse(bytes.toString('utf8', from + HEADER_BYTES, to)) as {
      kind: string;
      id: string;
    };
    frames.push({ from, to, kind, id });
    from = to;
  }
  return frames;
}
