const PIECE = / ?[\p{L}\p{M}]{1,6}|\p{L}{1,6}| ?\p{N}{1,3}|\s+?(?= \S)|\s+| ?[^\s\p{L}\p{M}\p{N}]{1,4}/gu;

/** Cuts a text into pieces as a llama tokenizer would: short, the space in front. Joined they are the text again. */
export function pieces(text: string): string[] {
  return text.match(PIECE) ?? [];
}

/** Number of tokens that {@link pieces} makes of a text. */
export function countTokens(text: string): number {
  return pieces(text).length;
}

/** FNV-1a over UTF-16 units: 32 bits, the seed of everything that is made from a prompt. */
export function hash32(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/** mulberry32: the same numbers in [0, 1) for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const OPENINGS = [
  'Good question.',
  'Let me think about that.',
  'Gladly.',
  'Here is what I can say.',
  'Of course.',
];
const SENTENCES = [
  'A small model on your own machine answers in seconds, and nobody else reads along.',
  'The first token takes longest, because the whole prompt is read before it.',
  'After that each token depends on the one before, so they come one at a time.',
  'Memory bandwidth, not arithmetic, usually sets the pace.',
  'A longer conversation costs more to read, unless its beginning is still in the cache.',
  'Two requests at once share the same weights and so cost less than two machines would.',
  'The kettle in the kitchen uses more in a minute than this answer did.',
  'Numbers that were measured are worth more than numbers that were guessed.',
  'If something is unclear, ask again in other words.',
  'That is the short version; the long one has more footnotes.',
];

/** The first words of a question, for quoting in an answer. */
export function excerpt(prompt: string, maxChars = 60): string {
  const line = prompt.trim().replace(/\s+/g, ' ');
  if (line.length <= maxChars) return line;
  return `${line
    .slice(0, maxChars)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`;
}

/** A pleasant answer made from the prompt: the same prompt and seed give the same text. */
export function answerText(prompt: string, seed = 0): string {
  const random = seededRandom(hash32(prompt, seed));
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const quoted = excerpt(prompt);
  const sentences = Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(SENTENCES));
  const about = quoted === '' ? '' : ` You asked: “${quoted}”.`;
  return `${pick(OPENINGS)}${about} ${[...new Set(sentences)].join(' ')}`;
}

/** What a thinking model thinks before {@link answerText}. */
export function thinkingText(prompt: string): string {
  return `The user wrote “${excerpt(prompt, 40)}”. I should answer briefly and plainly.`;
}

/** Exactly `count` pieces of text made from the prompt, for benchmarks. */
export function textOfTokens(prompt: string, count: number, seed = 0): string[] {
  const random = seededRandom(hash32(prompt, seed));
  const made: string[] = [];
  while (made.length < count) {
    const sentence = SENTENCES[Math.floor(random() * SENTENCES.length)] ?? '';
    made.push(...pieces(made.length === 0 ? sentence : ` ${sentence}`));
  }
  return made.slice(0, count);
}
