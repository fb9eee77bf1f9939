import type { ChatTurn } from './chat-turn';

/** Tokens a second after the first token; null before the second. The pieces of the stream until the count has come. */
export function speedOf({ answer, pieces, firstTokenMs, lastTokenMs }: ChatTurn): number | null {
  const tokens = answer.completionTokens ?? pieces;
  if (firstTokenMs === null || lastTokenMs === null || lastTokenMs <= firstTokenMs || tokens < 2) return null;
  return ((tokens - 1) * 1000) / (lastTokenMs - firstTokenMs);
}

/** A sum in which one unknown makes the whole unknown only where nothing is known. */
export function known(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0);
}
