import { InvalidFieldsError } from '../invalid-fields.error';

/** An opaque name for the place after a row: its id's 16 bytes in base64url. */
export function toCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** @throws InvalidFieldsError when the text is not a cursor of ours */
export function fromCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (hex.length !== 32 || toCursor(id) !== cursor)
    throw InvalidFieldsError.of('cursor', 'must be a nextCursor of an earlier page');
  return id;
}
