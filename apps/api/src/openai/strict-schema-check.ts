import { createContext, Script } from 'node:vm';
import type { ChatRequest } from '@ollameter/openai-contract';
import { type SchemaCheck, schemaCheck } from '../translate/schema-check';

/** Ten times what an ordinary schema and answer take. */
const CHECK_TIMEOUT_MS = 50;

/** V8 ends whatever this script calls at its deadline, a regular expression too; nothing else in the process can. */
const INTERRUPTIBLE = new Script('work()');
const CALLER = createContext({ work: () => undefined as unknown });

/**
 * The check of a `strict` JSON schema; null for every other format. A client's schema may take for ever (references
 * that double, patterns that backtrack), so the check has a deadline; what cannot be checked in time is not checked.
 */
export function strictSchemaCheck(format: ChatRequest['response_format']): SchemaCheck | null {
  if (format?.type !== 'json_schema' || format.json_schema.strict !== true) return null;
  const { schema } = format.json_schema;
  if (schema === undefined) return null;
  let check: SchemaCheck | null = null;
  let hopeless = false;
  return (text) => {
    if (hopeless) return null;
    try {
      return inTime(() => (check ??= schemaCheck(schema))(text));
    } catch {
      // Out of time, or out of stack by a schema that refers to itself.
      hopeless = true;
      return null;
    }
  };
}

function inTime<T>(work: () => T): T {
  CALLER['work'] = work;
  return INTERRUPTIBLE.runInContext(CALLER, { timeout: CHECK_TIMEOUT_MS }) as T;
}
