import { crc32 } from 'node:zlib';

/**
 * One record in a segment: payload length (u32 LE), CRC-32 of the payload (u32 LE), payload (UTF-8 JSON). A frame
 * whose length or checksum does not hold marks the torn tail of a write that a crash cut.
 */
const HEADER_BYTES = 8;
/** More than any record may have; a larger length is garbage. */
const MAX_PAYLOAD_BYTES = 1 << 30;

export function encodeFrame(json: string): Buffer {
  const payload = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload);
  frame.write(json, HEADER_BYTES, 'utf8');
  frame.writeUInt32LE(payload, 0);
  frame.writeUInt32LE(crc32(frame.subarray(HEADER_BYTES)), 4);
  return frame;
}

/** The whole frames at the start of `bytes`, and how far they reach; what follows is torn. */
export function decodeFrames(bytes: Buffer): { payloads: string[]; validBytes: number } {
  const payloads: string[] = [];
  let offset = 0;
  while (offset + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(offset);
    const end = offset + HEADER_BYTES + length;
    if (length > MAX_PAYLOAD_BYTES || end > bytes.length) break;
    const payload = bytes.subarray(offset + HEADER_BYTES, end);
    if (crc32(payload) !== bytes.readUInt32LE(offset + 4)) break;
    payloads.push(payload.toString('utf8'));
    offset = end;
  }
  return { payloads, validBytes: offset };
}
