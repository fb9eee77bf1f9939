import { randomFillSync } from 'node:crypto';

const POOL_IDS = 256;
const BYTES_PER_ID = 10;
const MAX_SEQUENCE = 0xfff;

const pool = Buffer.allocUnsafe(POOL_IDS * BYTES_PER_ID);
let poolOffset = pool.length;
let lastMs = 0;
let sequence = 0;

/**
 * A UUIDv7 (RFC 9562 §5.7) for a Unix time in ms. Ids of one process rise strictly: within a millisecond the 12
 * bits after the version count up from a random start, and when they are used up the id borrows the next one.
 */
export function uuidv7(nowMs: number): string {
  if (poolOffset === pool.length) {
    randomFillSync(pool);
    poolOffset = 0;
  }
  const random = pool.toString('hex', poolOffset, poolOffset + BYTES_PER_ID);
  poolOffset += BYTES_PER_ID;
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // Half the range is left to count in.
    sequence = Number.parseInt(random.slice(0, 3), 16) >> 1;
  } else if (++sequence > MAX_SEQUENCE) {
    lastMs++;
    sequence = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(random.charAt(3), 16) & 0b0011) | 0b1000).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

/** The Unix ms that a UUIDv7 carries. */
export function uuidv7Ms(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
