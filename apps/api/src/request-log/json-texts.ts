import { createHash } from 'node:crypto';

const MAX_DEPTH = 200;
const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)?[^,]{0,200};base64,/;

/** Applies `change` to every string in a JSON text; a text that is no JSON is changed as a whole. */
export function mapJsonStrings(json: string, change: (text: string) => string): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return change(json);
  }
  return JSON.stringify(mapStrings(value, change, 0));
}

/**
 * Images in a request (data URLs, and the base64 of Ollama's `images`) as type, size and hash.
 * Costs a look at the text where there are none.
 */
export function withoutImages(json: string): string {
  if (!json.includes(';base64,') && !json.includes('"images"')) return json;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return json;
  }
  return JSON.stringify(describeImages(value, 0));
}

function mapStrings(value: unknown, change: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, mapStrings(item, change, depth + 1)]),
  );
}

function describeImages(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return describeDataUrl(value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => describeImages(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === 'images' && Array.isArray(item)
        ? (item as unknown[]).map((image) => (typeof image === 'string' ? describe('image', image) : image))
        : describeImages(item, depth + 1),
    ]),
  );
}

function describeDataUrl(text: string): string {
  const header = DATA_URL.exec(text);
  return header === null ? text : describe(header[1] ?? 'data', text.slice(header[0].length));
}

function describe(type: string, base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  return `[${type}, ${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}]`;
}
