/** CRC-32 of IEEE 802.3, reflected: the polynomial of `zlib.crc32`. */
const POLYNOMIAL = 0xedb88320;

/**
 * Puts one flipped bit right, in place. CRC-32 is linear: a flip changes the checksum by a value that depends on the
 * bit's distance from the end alone, and no two bits of a message below 512 MB share one (the code's distance is 3).
 * More damage than one bit passes for a single flip in about n of 2³² cases, n being the message's bits.
 * @param syndrome computed checksum XOR stored checksum
 * @returns false where no single flip explains the syndrome; the bytes are unchanged then
 */
export function repairOneBit(bytes: Buffer, syndrome: number): boolean {
  let change = POLYNOMIAL;
  for (let at = bytes.length - 1; at >= 0; at--) {
    for (let bit = 7; bit >= 0; bit--) {
      if (change === syndrome) {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        return true;
      }
      change = change & 1 ? (change >>> 1) ^ POLYNOMIAL : change >>> 1;
      change >>>= 0;
    }
  }
  return false;
}
