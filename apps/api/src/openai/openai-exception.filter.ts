import { type ArgumentsHost, Injectable, Logger } from '@nestjs/common';
import type { Outcome } from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { endLingering, leavesUnread } from '../plane/unread-body';
import { GatewayError } from '../upstream/gateway-error';
import { toGatewayError } from './to-gateway-error';

/** Errors of the gateway plane: settles the exchange, then sends OpenAI's envelope, or nothing where headers are out. */
@Injectable()
export class OpenaiExceptionFilter {
  private readonly logger = new Logger('Gateway');

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = toGatewayError(thrown);
    if (error.code === 'internal_error')
      this.logger.error('unexpected error', (error.cause as Error | undefined)?.stack ?? String(thrown));
    await request.exchange
      ?.settle({
        outcome: outcomeOf(error),
        status: error.status,
        errorCode: error.code,
      })
      .catch((failure: unknown) =>
        this.logger.error(`the record of ${request.exchange?.id ?? ''} was not kept`, failure),
      );
    sendGatewayError(request.raw, reply.raw, error, speaksOllama(request));
  }
}

function outcomeOf({ code }: GatewayError): Outcome {
  if (code === 'internal_error') return 'gateway_failed';
  return code === 'client_left' ? 'client_left' : 'rejected';
}

/** Writes the envelope and the headers that the SDKs' retries read (openai-node `core/client`). */
function sendGatewayError(
  request: IncomingMessage,
  response: ServerResponse,
  error: GatewayError,
  asOllama: boolean,
): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify(asOllama ? { error: error.message } : error.envelope);
  const unread = leavesUnread(request);
  response.writeHead(error.status, {
    ...(unread && { connection: 'close' }),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...(error.retryAfterMs !== null && {
      'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))),
      'retry-after-ms': String(Math.ceil(error.retryAfterMs)),
    }),
    ...(error.retry !== null && { 'x-should-retry': String(error.retry) }),
    ...(error.allow !== null && { allow: error.allow.join(', ') }),
  });
  if (unread) endLingering(request, response, body);
  else response.end(body);
}

/** Clients of Ollama's native paths read `{"error":"text"}`, on paths that do not exist too. */
function speaksOllama(request: FastifyRequest): boolean {
  return request.routeOptions.config.gateway?.wire === 'ollama' || request.url.startsWith('/api/');
}
