import type { ModelList } from '@ollameter/admin-contract';

/** What a chat may ask for: models that answer, then aliases. */
export function modelNames(list: ModelList | undefined): string[] {
  if (list === undefined) return [];
  const chats = list.items.filter(
    ({ capabilities }) => capabilities === null || capabilities.includes('completion'),
  );
  return [...chats.map(({ name }) => name), ...list.aliases.map(({ alias }) => alias)];
}

/** What `GET /v1/models` lists for this key; nothing where the gateway refuses it or does not answer. */
export async function modelsOfKey(baseUrl: string, key: string, signal: AbortSignal): Promise<string[]> {
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: { authorization: `Bearer ${key}` },
      signal,
    });
    if (!response.ok) return [];
    const { data } = (await response.json()) as { data: { id: string }[] };
    return data.map(({ id }) => id);
  } catch {
    return [];
  }
}
