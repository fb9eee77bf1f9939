import { type GoType, isObject, REQUESTS } from './go-types.ts';
import { HttpError } from './http-error.ts';

/**
 * Parses and checks a body as Go's decoder does: unknown fields pass, `null` leaves a field unset.
 * @throws HttpError 400 with Go's text for an empty body, bad JSON and wrong types.
 */
export function decodeBody(raw: string, name: keyof typeof REQUESTS): Record<string, unknown> {
  if (raw.trim() === '') throw new HttpError(400, 'missing request body');
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    throw new HttpError(400, goSyntaxError(raw, String(error)));
  }
  check(value, REQUESTS[name], name, []);
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));
}

function check(value: unknown, type: GoType, struct: string, path: readonly string[]): void {
  if (value === null) return;
  if (!type.accepts(value)) {
    const into =
      path.length === 0
        ? `Go value of type ${type.go}`
        : `Go struct field ${struct}.${path.join('.')} of type ${type.go}`;
    throw new HttpError(400, `json: cannot unmarshal ${goKind(value)} into ${into}`);
  }
  type.decode?.(value);
  if (type.element !== undefined && Array.isArray(value)) {
    for (const item of value) check(item, type.element, struct, path);
  }
  if (type.fields !== undefined && isObject(value)) {
    // Below a message the decoder names the request; elsewhere the innermost struct.
    const inner =
      path.length === 0 || type.isTransparent || path[0] === 'messages' ? struct : type.go.slice(4);
    for (const [field, fieldType] of Object.entries(type.fields)) {
      if (field in value) check(value[field], fieldType, inner, [...path, field]);
    }
  }
}

function goKind(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`;
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}

function goSyntaxError(raw: string, error: string): string {
  const at = /position (\d+)/.exec(error)?.[1];
  const bad = at === undefined ? '' : raw.charAt(Number(at));
  return bad === '' ? 'unexpected EOF' : `invalid character '${bad}' looking for beginning of value`;
}
