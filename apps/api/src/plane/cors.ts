import type { FastifyReply, FastifyRequest } from 'fastify';

/** What is allowed where the browser does not say what it wants to send. */
const DEFAULT_HEADERS = 'authorization, content-type, x-api-key';

/** A list of header names, as browsers send it; SDKs add names with every release, so no list of ours would last. */
const HEADER_LIST = /^[\w-]+(?:\s*,\s*[\w-]+){0,63}$/;

const EXPOSED_HEADERS = [
  'x-request-id',
  'openai-processing-ms',
  'openai-version',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'x-ratelimit-limit-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
  'x-ollameter-cost',
  'x-ollameter-currency',
  'x-ollameter-energy-wh',
  'x-ollameter-energy-quality',
  'x-ollameter-warning',
  'x-ollameter-budget-warning',
].join(', ');

/**
 * Cross-origin rules of the gateway plane. Keys travel in a header, never in a cookie, so any origin may be allowed;
 * `CORS_ORIGINS` narrows the list, and empty turns it off.
 * @returns whether the request was a preflight and is answered.
 */
export function answerCors(
  origins: readonly string[],
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  const { origin } = request.headers;
  const { raw } = reply;
  if (origin === undefined || !(origins.includes('*') || origins.includes(origin))) return false;
  raw.setHeader('access-control-allow-origin', origins.includes('*') ? '*' : origin);
  if (!origins.includes('*')) raw.setHeader('vary', 'origin');
  raw.setHeader('access-control-expose-headers', EXPOSED_HEADERS);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined)
    return false;
  raw.setHeader('access-control-allow-methods', 'GET, POST, DELETE, OPTIONS');
  const wanted = request.headers['access-control-request-headers'] ?? '';
  raw.setHeader('access-control-allow-headers', HEADER_LIST.test(wanted) ? wanted : DEFAULT_HEADERS);
  raw.setHeader('access-control-max-age', '86400');
  reply.hijack();
  raw.writeHead(204).end();
  return true;
}
