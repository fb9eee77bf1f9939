import { Compile } from 'typebox/schema';

/** Checks an answer's text against the schema it was to follow; null where it does, else what is wrong. */
export type SchemaCheck = (text: string) => string | null;

/**
 * Compiles a client's JSON schema. A schema that cannot be compiled checks nothing: the sampler was constrained
 * by it all the same.
 */
export function schemaCheck(schema: Record<string, unknown>): SchemaCheck | null {
  let compiled: ReturnType<typeof Compile>;
  try {
    compiled = Compile(schema);
  } catch {
    return null;
  }
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return 'the answer is not JSON';
    }
    if (compiled.Check(value)) return null;
    const [, errors] = compiled.Errors(value);
    const [first] = errors;
    return first === undefined
      ? 'the answer does not follow the schema'
      : `${first.instancePath || 'the answer'} ${first.message}`;
  };
}
