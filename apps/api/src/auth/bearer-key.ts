import type { IncomingHttpHeaders } from 'node:http';

/** The key's text from `Authorization: Bearer …` or `x-api-key`; null where neither is there. */
export function bearerKey(headers: IncomingHttpHeaders): string | null {
  const match = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '');
  if (match?.[1] !== undefined) return match[1];
  const header = headers['x-api-key'];
  return typeof header === 'string' && header !== '' ? header : null;
}
