import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { uuidv7 } from '../exchange/uuid-v7';
import { GatewayError } from '../upstream/gateway-error';
import { planeOf } from './plane';

/**
 * A URL that the router cannot read (broken percent-encoding, a parameter that is too long) reaches no hook and no
 * filter; it is answered here, in the words of its plane. Fastify's `frameworkErrors`.
 */
export function answerBrokenUrl(
  error: { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const tooLong = error.statusCode === 414;
  const message = tooLong ? 'The path is too long.' : 'The path is not a valid URL.';
  const onGateway = planeOf(request.raw) === 'gateway';
  const status = tooLong && !onGateway ? 414 : onGateway ? 404 : 400;
  const refusal = onGateway
    ? gatewayBody(request, message)
    : { type: 'about:blank', title: STATUS_CODES[status], status, detail: message };
  const body = JSON.stringify(refusal);
  reply.hijack();
  reply.raw.writeHead(status, {
    'content-type': onGateway ? 'application/json; charset=utf-8' : 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...(onGateway && { 'x-request-id': uuidv7(Date.now()) }),
  });
  reply.raw.end(body);
}

function gatewayBody(request: FastifyRequest, message: string): object {
  if ((request.raw.url ?? '').startsWith('/api/')) return { error: message };
  return new GatewayError('unknown_url', `Unknown request URL: ${message}`).envelope;
}
