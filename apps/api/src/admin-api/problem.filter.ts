import { STATUS_CODES } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Injectable,
  Logger,
} from '@nestjs/common';
import type { Problem } from '@ollameter/admin-contract';
import type { FastifyReply } from 'fastify';
import { QueryFailedError } from 'typeorm';
import { LoginThrottledError } from '../identity/login-throttled.error';
import { InvalidFieldsError } from './invalid-fields.error';

/** A problem and the seconds after which trying again makes sense. */
interface ProblemAnswer {
  problem: Problem;
  retryAfterSeconds?: number;
}

/** PostgreSQL's `query_canceled`: the statement_timeout was hit. */
const QUERY_CANCELED = '57014';
/** SQLSTATE classes of a server that cannot serve now: connection, resources, operator intervention. */
const UNAVAILABLE = /^(08|53|57P)/;
/** What the driver says, without a code, of a connection that broke or could not be had in time. */
const CONNECTION_LOST = /^(Connection terminated|timeout exceeded when)/;
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT']);
const DATABASE_RETRY_SECONDS = 5;

/** Every error of the admin plane as RFC 9457 problem details; what went wrong inside stays in the process log. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { problem, retryAfterSeconds } = toProblem(thrown);
    this.note(problem.status, thrown);
    if (reply.sent) return;
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="ollameter"');
    void reply.code(problem.status).type('application/problem+json').send(problem);
  }

  /** Message and stack only: a failed statement also carries its parameters, which are people's texts and hashes. */
  private note(status: number, thrown: unknown): void {
    if (status < 500) return;
    const { message, stack } = thrown as Partial<Error>;
    if (status === 500) this.logger.error(message, stack);
    else this.logger.warn(message);
  }
}

function toProblem(thrown: unknown): ProblemAnswer {
  if (thrown instanceof LoginThrottledError)
    return { problem: problemOf(429, thrown.message), retryAfterSeconds: thrown.retryAfterSeconds };
  if (thrown instanceof InvalidFieldsError)
    return { problem: { ...problemOf(400, thrown.message), errors: thrown.errors } };
  if (thrown instanceof HttpException)
    return { problem: { ...problemOf(thrown.getStatus(), thrown.message), ...codeOf(thrown) } };
  return fromDatabase(thrown) ?? { problem: fromFastify(thrown) ?? problemOf(500) };
}

/** The stable word that some refusals carry. */
function codeOf(thrown: HttpException): { code?: string } {
  const answer = thrown.getResponse();
  return typeof answer === 'object' && 'code' in answer && typeof answer.code === 'string'
    ? { code: answer.code }
    : {};
}

function problemOf(status: number, detail?: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    type: 'about:blank',
    title,
    status,
    ...(detail === undefined || detail === title ? {} : { detail }),
  };
}

/** Fastify's own refusals: no JSON, too large, unknown content type. Their words are meant for clients. */
function fromFastify(thrown: unknown): Problem | null {
  const { statusCode, message } = thrown as { statusCode?: unknown; message?: unknown };
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return null;
  return problemOf(statusCode, typeof message === 'string' ? message : undefined);
}

function fromDatabase(thrown: unknown): ProblemAnswer | null {
  const cause: unknown = thrown instanceof QueryFailedError ? thrown.driverError : thrown;
  const { code, message = '' } = cause as Partial<NodeJS.ErrnoException>;
  if (code === QUERY_CANCELED)
    return { problem: problemOf(503, 'The query took too long. Narrow the period or the filters.') };
  const away =
    code === undefined ? CONNECTION_LOST.test(message) : NETWORK.has(code) || UNAVAILABLE.test(code);
  if (!away) return null;
  return {
    problem: problemOf(503, 'The database does not answer.'),
    retryAfterSeconds: DATABASE_RETRY_SECONDS,
  };
}
