import { foldText } from '../../request-log/search-text';

/** Words of three letters or digits in a row have a trigram, which the index is made of. */
const HAS_TRIGRAM = /[\p{L}\p{N}]{3}/u;

/**
 * What a row must hold, all of it: each word, and each "phrase in double quotes" as it stands; anywhere, so that
 * beginnings and parts of words are found too. Folded as the texts are; every other character is data.
 */
export function toSearchTerms(query: string): string[] {
  const found = [...query.matchAll(/"([^"]+)"|(\S+)/g)];
  return [...new Set(found.map(([, phrase, word]) => foldText(phrase ?? word ?? '').trim()))].filter(Boolean);
}

/** False where the index cannot narrow the rows: one and two characters, punctuation alone. */
export function areIndexable(terms: readonly string[]): boolean {
  return terms.some((term) => HAS_TRIGRAM.test(term));
}
