import type { IconName } from '../ui/icon';

export interface PaletteEntry {
  id: string;
  group: 'Pages' | 'Requests' | 'Keys' | 'Models' | 'Actions';
  title: string;
  /** What else it is found by. */
  words?: string;
  /** Beside the title, quiet. */
  note?: string;
  icon: IconName;
  run: () => void;
}

const MOST_OF_A_GROUP = 6;
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether a text is the id of a request: a UUID of version 7. */
export function isRequestId(text: string): boolean {
  return REQUEST_ID.test(text.trim());
}

/**
 * Entries in which every word of `query` occurs, group by group as they came; within a group those first whose title
 * begins with it, then those in which a word of the title does.
 */
export function found(entries: readonly PaletteEntry[], query: string): PaletteEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, PaletteEntry[]>();
  for (const entry of entries) {
    const text = `${entry.title} ${entry.words ?? ''} ${entry.note ?? ''}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  }
  return [...groups.values()].flatMap((group) =>
    words.length === 0
      ? group
      : group.sort((a, b) => rank(a, words) - rank(b, words)).slice(0, MOST_OF_A_GROUP),
  );
}

function rank({ title }: PaletteEntry, words: readonly string[]): number {
  const text = title.toLowerCase();
  const first = words[0] ?? '';
  if (text.startsWith(first)) return 0;
  return new RegExp(`[\\s:/._-]${first.replace(/[^\w]/g, '\\$&')}`).test(text) ? 1 : 2;
}
