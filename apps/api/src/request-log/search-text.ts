/** Prompt and answer are told apart by a character that no query holds, so that no phrase spans both. */
export const TEXT_SEPARATOR = '\u0001';
/** Of each text so much is indexed; what is longer is found by its beginning. */
const MAX_INDEXED_CHARACTERS = 64 * 1024;

/** One form for all that people hold for the same letter; the same for texts and queries, whatever the database's locale. */
export function foldText(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** What the search looks at for one row. */
export function toSearchText(prompt: string | null, answer: string | null): string {
  return [prompt, answer]
    .map((text) => foldText((text ?? '').slice(0, MAX_INDEXED_CHARACTERS)).toWellFormed())
    .join(TEXT_SEPARATOR);
}
