import { randomInt } from 'node:crypto';

/** 31 letters and digits that nobody confuses (no i, l, o, 0, 1). */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** A password to be read from a terminal: four groups of five, 99 bits. */
export function generatedPassword(): string {
  const group = () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** A recovery code: two groups of five, 49 bits. */
export function recoveryCode(): string {
  return generatedPassword().slice(0, 2 * GROUP_LENGTH + 1);
}
