import { Compile } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';

/** What is wrong with a body: the first problem, with the field in OpenAI's notation (`messages[0].content`). */
export interface BodyProblem {
  param: string | null;
  message: string;
  missing: boolean;
}

/** Deeper JSON is refused: what is passed on (schemas, options) is walked again, and nobody needs more. */
export const MAX_BODY_DEPTH = 100;

export type BodyCheck<T> = { ok: true; value: T } | { ok: false; problem: BodyProblem };

/**
 * Compiles a schema once; the returned function checks a parsed JSON body without copying it, so unknown
 * fields pass through untouched.
 */
export function bodyCheck<S extends TSchema>(schema: S): (body: unknown) => BodyCheck<Static<S>> {
  const compiled = Compile(schema);
  return (body) => {
    if (!isWithinDepth(body)) return { ok: false, problem: TOO_DEEP };
    if (compiled.Check(body)) return { ok: true, value: body };
    return { ok: false, problem: firstProblem(compiled.Errors(body)) };
  };
}

const TOO_DEEP: BodyProblem = {
  param: null,
  message: `The request body is nested more than ${MAX_BODY_DEPTH} levels deep.`,
  missing: false,
};

/** Whether a parsed JSON value is nested at most `levels` deep. */
export function isWithinDepth(value: unknown, levels = MAX_BODY_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isWithinDepth(item, levels - 1)) return false;
    return true;
  }
  for (const key in value)
    if (!isWithinDepth((value as Record<string, unknown>)[key], levels - 1)) return false;
  return true;
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  params: object;
  message: string;
}

/**
 * The most telling error: of a failed union the branches are noise, so the deepest path wins, and at equal
 * depth the last one, which is the union's own verdict.
 */
function firstProblem(errors: readonly SchemaError[]): BodyProblem {
  const error = errors.reduce<SchemaError | undefined>(
    (best, next) => (best === undefined || depth(next) >= depth(best) ? next : best),
    undefined,
  );
  if (error === undefined) return { param: null, message: 'The request body is not valid.', missing: false };
  const path = toParam(error.instancePath);
  if (error.keyword === 'required') {
    const [name = ''] = (error.params as { requiredProperties?: string[] }).requiredProperties ?? [];
    const param = path === '' ? name : `${path}.${name}`;
    return { param, message: `Missing required parameter: '${param}'.`, missing: true };
  }
  if (path === '') return { param: null, message: 'The request body must be a JSON object.', missing: false };
  const alternatives = errors.filter((e) => e.instancePath === error.instancePath && e.keyword !== 'anyOf');
  const reason = [...new Set(alternatives.map((e) => e.message))].join(', or ') || error.message;
  return { param: path, message: `Invalid value for '${path}': ${reason}.`, missing: false };
}

function depth(error: SchemaError): number {
  return error.instancePath.split('/').length;
}

/** `/messages/0/content` → `messages[0].content`. */
function toParam(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
      '',
    );
}
