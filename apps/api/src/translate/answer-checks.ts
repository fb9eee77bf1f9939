import type { ToolCall } from '@ollameter/openai-contract';
import { Compile } from 'typebox/schema';

/** Checks an answer's text against the schema it was to follow; null where it does, else what is wrong. */
export type SchemaCheck = (text: string) => string | null;

/** What a whole answer is held to. */
export interface AnswerChecks {
  /** Of its text, where it calls no tool; null where any text will do. */
  answer: SchemaCheck | null;
  /** Of its calls' arguments, by the tool's name. */
  callArguments: ReadonlyMap<string, SchemaCheck>;
}

/** What is wrong with an answer, in the words of the log; null where nothing is. */
export function flawOf(
  { answer, callArguments }: AnswerChecks,
  text: string,
  calls: readonly ToolCall['function'][],
): string | null {
  for (const call of calls) {
    const flaw = callArguments.get(call.name)?.(call.arguments) ?? null;
    if (flaw !== null) return `schema_violation: call of ${call.name}: ${flaw}`;
  }
  // A turn of calls never promised to follow the answer's schema.
  const flaw = calls.length > 0 ? null : (answer?.(text) ?? null);
  return flaw === null ? null : `schema_violation: ${flaw}`;
}

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
