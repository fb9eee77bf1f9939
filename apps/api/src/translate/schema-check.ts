import { Compile } from 'typebox/schema';

/** Checks an answer's text against the schema it was to follow; null where it does, else what is wrong. */
export type SchemaCheck = (text: string) => string | null;

/**
 * Compiles a client's JSON schema.
 * @throws what the compiler throws for one that is none. It may also take for ever: the caller sets a deadline.
 */
export function schemaCheck(schema: Record<string, unknown>): SchemaCheck {
  const compiled = Compile(schema);
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return 'the answer is not JSON';
    }
    if (compiled.Check(value)) return null;
    const [, [first]] = compiled.Errors(value);
    return first === undefined
      ? 'the answer does not follow the schema'
      : `${first.instancePath || 'the answer'} ${first.message}`;
  };
}
