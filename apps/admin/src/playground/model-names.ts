import type { ModelList } from '@ollameter/admin-contract';

/** What a chat may ask for: models that answer, then aliases. */
export function modelNames(list: ModelList | undefined): string[] {
  if (list === undefined) return [];
  const chats = list.items.filter(
    ({ capabilities }) => capabilities === null || capabilities.includes('completion'),
  );
  return [...chats.map(({ name }) => name), ...list.aliases.map(({ alias }) => alias)];
}
