import { crc32 } from 'node:zlib';
import { repairOneBit } from './bit-repair';

/**
 * One record in a segment: magic (4 bytes), payload length (u32 LE), CRC-32 of length and payload (u32 LE), payload
 * (UTF-8 JSON). The magic begins with a byte that UTF-8 never holds, so a reader that met damage finds the next frame.
 */
const MAGIC = Buffer.from([0xf5, 0x4f, 0x4c, 0x4d]);
const LENGTH_AT = 4;
const CRC_AT = 8;
export const HEADER_BYTES = 12;

/** What stands in a stretch of a segment. */
export interface ScannedFrames {
  payloads: string[];
  /** How far whole and damaged frames reach; what follows is torn, unused, or not read yet. */
  endOffset: number;
  /** Frames of which one flipped bit was put right. */
  repaired: number;
  /** Stretches that cannot be read; whole frames follow each. */
  damaged: { from: number; to: number }[];
}

export function encodeFrame(json: string): Buffer {
  const length = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  MAGIC.copy(frame);
  frame.write(json, HEADER_BYTES, 'utf8');
  frame.writeUInt32LE(length, LENGTH_AT);
  frame.writeUInt32LE(checksum(frame, length), CRC_AT);
  return frame;
}

/**
 * Reads frames from the start of `bytes`. Damage in the middle costs the frame it hit, never those behind it.
 * @param isAll nothing follows `bytes`, so an unfinished frame at the end will never be whole
 */
export function scanFrames(bytes: Buffer, isAll: boolean): ScannedFrames {
  const scanned: ScannedFrames = { payloads: [], endOffset: 0, repaired: 0, damaged: [] };
  let offset = 0;
  while (offset < bytes.length) {
    const end = declaredEnd(bytes, offset);
    if (end !== null && end <= bytes.length && isWhole(bytes.subarray(offset, end))) {
      scanned.payloads.push(bytes.toString('utf8', offset + HEADER_BYTES, end));
      offset = end;
    } else {
      const unfinished = bytes.length - offset < HEADER_BYTES || (end !== null && end > bytes.length);
      if (unfinished && !isAll) break;
      const next = passDamage(bytes, offset, [end, isAll ? bytes.length : null], scanned);
      if (next === null) break;
      offset = next;
    }
    scanned.endOffset = offset;
  }
  return scanned;
}

/** Where to go on after a frame that does not hold; null where nothing whole follows. */
function passDamage(
  bytes: Buffer,
  offset: number,
  ends: (number | null)[],
  scanned: ScannedFrames,
): number | null {
  const nextMagic = bytes.indexOf(MAGIC, offset + 1);
  for (const boundary of [...ends, nextMagic]) {
    if (boundary === null || boundary > bytes.length || boundary < offset + HEADER_BYTES) continue;
    const payload = repair(bytes.subarray(offset, boundary));
    if (payload === null) continue;
    scanned.payloads.push(payload);
    scanned.repaired++;
    return boundary;
  }
  if (nextMagic < 0) return null;
  scanned.damaged.push({ from: offset, to: nextMagic });
  return nextMagic;
}

function declaredEnd(bytes: Buffer, offset: number): number | null {
  if (offset + HEADER_BYTES > bytes.length || bytes.compare(MAGIC, 0, 4, offset, offset + 4) !== 0)
    return null;
  return offset + HEADER_BYTES + bytes.readUInt32LE(offset + LENGTH_AT);
}

function isWhole(frame: Buffer): boolean {
  return checksum(frame, frame.length - HEADER_BYTES) === frame.readUInt32LE(CRC_AT);
}

/** The payload of a frame in whose bytes one bit was flipped; null for more damage than that. */
function repair(frame: Buffer): string | null {
  const length = frame.length - HEADER_BYTES;
  if (length === 0) return null;
  const syndrome = (checksum(frame, length) ^ frame.readUInt32LE(CRC_AT)) >>> 0;
  const payload = Buffer.from(frame.subarray(HEADER_BYTES));
  // Zero: the flip was in magic or length, both known from the frame's place.
  if (syndrome !== 0 && !isPowerOfTwo(syndrome) && !repairOneBit(payload, syndrome)) return null;
  const json = payload.toString('utf8');
  return isJson(json) ? json : null;
}

function checksum(frame: Buffer, length: number): number {
  const lengthBytes = Buffer.allocUnsafe(4);
  lengthBytes.writeUInt32LE(length);
  return crc32(frame.subarray(HEADER_BYTES), crc32(lengthBytes));
}

/** A flip in the stored checksum itself. */
function isPowerOfTwo(value: number): boolean {
  return (value & (value - 1)) === 0;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
