import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * Our keys: `sk-om-` + 30 base62 characters (178 random bits) + 6 base62 characters of CRC-32 over what stands
 * before. The check sum turns away typing errors and made-up keys before any hashing (GitHub's token format).
 */
const PREFIX = 'sk-om-';
const RANDOM_LENGTH = 30;
const CHECK_LENGTH = 6;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new key's text; shown once, never stored. */
export function generateKey(): string {
  let random = '';
  while (random.length < RANDOM_LENGTH) {
    // 248 is the largest multiple of 62 in a byte: rejecting the rest keeps every character equally likely.
    for (const byte of randomBytes(RANDOM_LENGTH))
      if (byte < 248 && random.length < RANDOM_LENGTH) random += BASE62.charAt(byte % 62);
  }
  const body = PREFIX + random;
  return body + checkSum(body);
}

/** False for a text that claims to be ours and is not; keys of other forms (imported ones) pass. */
export function isPlausibleKey(text: string): boolean {
  if (!text.startsWith(PREFIX)) return text.length >= 8 && text.length <= 512;
  if (text.length !== PREFIX.length + RANDOM_LENGTH + CHECK_LENGTH) return false;
  const body = text.slice(0, -CHECK_LENGTH);
  return checkSum(body) === text.slice(-CHECK_LENGTH);
}

function checkSum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECK_LENGTH; i++) {
    text = BASE62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
