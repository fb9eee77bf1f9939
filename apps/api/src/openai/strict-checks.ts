import { createContext, Script } from 'node:vm';
import type { ChatRequest } from '@ollameter/openai-contract';
import { type AnswerChecks, type SchemaCheck, schemaCheck } from '../translate/answer-checks';

/** Ten times what an ordinary schema and answer take. */
const CHECK_TIMEOUT_MS = 50;

/** V8 ends whatever this script calls at its deadline, a regular expression too; nothing else in the process can. */
const INTERRUPTIBLE = new Script('work()');
const CALLER = createContext({ work: () => undefined as unknown });

/** The checks of what a request marks as `strict`: the answer's schema, and the arguments of its tools. */
export function strictChecks({ response_format: format, tools }: ChatRequest): AnswerChecks {
  const answers =
    format?.type === 'json_schema' && format.json_schema.strict === true && format.json_schema.schema;
  const callArguments = new Map<string, SchemaCheck>();
  for (const { function: tool } of tools ?? [])
    if (tool?.strict === true && tool.parameters != null)
      callArguments.set(tool.name, checkInTime(tool.parameters));
  return { answer: answers ? checkInTime(answers) : null, callArguments };
}

/**
 * A client's schema may take for ever (references that double, patterns that backtrack), so its check has a deadline;
 * what cannot be checked in time is not checked.
 */
function checkInTime(schema: Record<string, unknown>): SchemaCheck {
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
