import { HttpErrorResponse } from '@angular/common/http';
import type { Problem } from '@ollameter/admin-contract';

/** Why a request to the gateway brought nothing, in words for a person. */
export interface Failure {
  /** HTTP status; 0 where nothing came back. */
  status: number;
  message: string;
  /** The gateway's own word for it, where it gave one. */
  code: string | null;
  /** What is wrong with which field of a form, by the field's name. */
  fields: Readonly<Record<string, string>>;
  /** Seconds to wait, where the gateway said so. */
  retryAfterS: number | null;
}

/** Reads RFC 9457 problem details; anything else is told as it is. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof HttpErrorResponse))
    return {
      status: 0,
      message: error instanceof Error ? error.message : String(error),
      code: null,
      fields: {},
      retryAfterS: null,
    };
  const problem = isProblem(error.error) ? error.error : null;
  const wait = Number(error.headers.get('retry-after') ?? NaN);
  return {
    status: error.status,
    message: problem?.detail ?? problem?.title ?? plainMessage(error.status),
    code: problem?.code ?? null,
    fields: Object.fromEntries(problem?.errors?.map(({ field, message }) => [field, message]) ?? []),
    retryAfterS: Number.isFinite(wait) ? wait : null,
  };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && 'status' in body;
}

function plainMessage(status: number): string {
  if (status === 0) return 'The gateway does not answer.';
  if (status === 403) return 'Your role may not see this.';
  if (status === 404) return 'This is not there.';
  return `The gateway answered with status ${status}.`;
}
