import type { FastifyReply, FastifyRequest } from 'fastify';

/** What OpenAI's SDK sends from a page (openai-node's headers), and what people add. */
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'x-api-key',
  'openai-organization',
  'openai-project',
  'openai-beta',
  'x-stainless-arch',
  'x-stainless-custom-poll-interval',
  'x-stainless-helper-method',
  'x-stainless-lang',
  'x-stainless-os',
  'x-stainless-package-version',
  'x-stainless-poll-helper',
  'x-stainless-retry-count',
  'x-stainless-runtime',
  'x-stainless-runtime-version',
  'x-stainless-timeout',
  'user-agent',
].join(', ');

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
  'x-ollameter-energy-wh',
  'x-ollameter-energy-quality',
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
  raw.setHeader('access-control-allow-headers', ALLOWED_HEADERS);
  raw.setHeader('access-control-max-age', '86400');
  reply.hijack();
  raw.writeHead(204).end();
  return true;
}
