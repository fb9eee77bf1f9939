import { isDeepStrictEqual } from 'node:util';

type Fields = Record<string, unknown>;

/** Names whose values are never written down, wherever they stand. */
const SECRET = /secret|password|passphrase|hash|pepper|^token$|bearer|authorization|recovery/i;

const MASK = '(hidden)';

/** Of two states of a thing, the fields that differ; all of them where it was made or removed. */
export function changedFields(
  before: object | null,
  after: object | null,
): { before: Fields | null; after: Fields | null } {
  const plainBefore = plain(before);
  const plainAfter = plain(after);
  if (plainBefore === null || plainAfter === null) return { before: plainBefore, after: plainAfter };
  const differs = (name: string) => !isDeepStrictEqual(plainBefore[name], plainAfter[name]);
  const pick = (from: Fields) => Object.fromEntries(Object.entries(from).filter(([name]) => differs(name)));
  return { before: pick(plainBefore), after: pick(plainAfter) };
}

/** A copy in which every value under a secret's name is masked. That one was there, or changed, still shows. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET.test(name) && isText(inner) ? MASK : withoutSecrets(inner),
    ]),
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || Buffer.isBuffer(value);
}

/** As JSON would carry it: dates as text, big integers as text, no functions. */
function plain(value: object | null): Fields | null {
  if (value === null) return null;
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner)),
  ) as Fields;
}
