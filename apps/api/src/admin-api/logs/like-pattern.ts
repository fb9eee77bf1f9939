/** A LIKE pattern that finds the text itself anywhere: its wildcards and escapes are data. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
