import type { Snippet } from '@ollameter/admin-contract';

const BEFORE_CHARACTERS = 60;
const SNIPPET_CHARACTERS = 240;

/**
 * The stretch of a text around the first place of any of the terms, with every term in it marked. Null where none
 * is found: folding may change a text's length, and a mark in the wrong place is worse than none.
 */
export function toSnippet(
  field: Snippet['field'],
  text: string | null,
  terms: readonly string[],
): Snippet | null {
  if (text === null) return null;
  const normal = text.normalize('NFC');
  const pattern = new RegExp(terms.map(escapeRegExp).join('|'), 'giu');
  const first = pattern.exec(normal);
  if (first === null) return null;
  const from = Math.max(0, first.index - BEFORE_CHARACTERS);
  const to = Math.min(normal.length, Math.max(from + SNIPPET_CHARACTERS, first.index + first[0].length));
  const stretch = normal.slice(from, to).toWellFormed();
  const parts: Snippet['parts'] = from > 0 ? [{ text: '…', hit: false }] : [];
  pattern.lastIndex = 0;
  let at = 0;
  for (const match of stretch.matchAll(pattern)) {
    if (match.index > at) parts.push({ text: stretch.slice(at, match.index), hit: false });
    parts.push({ text: match[0], hit: true });
    at = match.index + match[0].length;
  }
  const rest = stretch.slice(at) + (to < normal.length ? '…' : '');
  if (rest !== '') parts.push({ text: rest, hit: false });
  return { field, parts };
}

/** Every character stands for itself. */
function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
