import { Compile } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { type BodyProblem, toBodyProblem } from './body-problem';

// A union of many branches finds several errors for one mistake; with fewer the branch that was meant may be missing.
Settings.Set({ maxErrors: 64 });

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
    return { ok: false, problem: toBodyProblem(body, compiled.Errors(body)) };
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
