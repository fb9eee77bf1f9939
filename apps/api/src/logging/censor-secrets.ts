/** Names that end in a secret's word, in any case and with any separators: `Authorization`, `api_key`, `accessToken`. */
const SECRET =
  /(?:(?:authorization|cookie|(?:api|private|secret|access|signing)[-_ ]?key|passw(?:or)?d|passphrase|secret|pepper|credential)s?|token)$/i;

/** Bounds of what one log line may cost: how deep objects are read, and how many fields and elements in all. */
const MAX_DEPTH = 6;
const MAX_FIELDS = 500;

export const CENSORED = '[Redacted]';
export const OMITTED = '[Omitted]';

/**
 * A copy of a log line's fields, in which every field that is named like a secret says {@link CENSORED}, however deep it
 * lies. What is beyond the bounds, and binary data, says {@link OMITTED}: nothing gets past unread, and a line's cost has
 * an end.
 */
export function censorSecrets(fields: object): object {
  return copyOf(fields, MAX_DEPTH, { left: MAX_FIELDS }) as object;
}

function copyOf(value: unknown, depth: number, fields: { left: number }): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0 || ArrayBuffer.isView(value)) return OMITTED;
  // As JSON would: a Date is its text, a URL too.
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return copyOf((value.toJSON as () => unknown)(), depth - 1, fields);
  if (Array.isArray(value)) {
    const elements: unknown[] = [];
    for (const element of value) {
      if (fields.left-- <= 0) return [...elements, OMITTED];
      elements.push(copyOf(element, depth - 1, fields));
    }
    return elements;
  }
  // An error's own words are no fields that JSON shows.
  const copy: Record<string, unknown> =
    value instanceof Error ? { message: value.message, stack: value.stack } : {};
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue;
    if (fields.left-- <= 0) return { ...copy, [OMITTED]: true };
    copy[name] = SECRET.test(name)
      ? CENSORED
      : copyOf((value as Record<string, unknown>)[name], depth - 1, fields);
  }
  return copy;
}
