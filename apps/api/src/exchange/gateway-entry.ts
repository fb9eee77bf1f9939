import type { ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestThrottle } from '../admission/limits/request-throttle.service';
import { ApiKeyService, type KeyRefusal } from '../auth/api-key.service';
import { bearerKey } from '../auth/bearer-key';
import { planeOf } from '../plane/plane';
import { GatewayError } from '../upstream/gateway-error';
import { assertMayCall } from '../auth/assert-may-call';
import { Exchange } from './exchange';
import { RequestLog } from './exchange-record';
import { StrangerSampler } from './stranger-sampler';

/** The API version that OpenAI's own service names; SDKs only show it. */
const OPENAI_VERSION = '2020-10-01';

/**
 * The first thing that happens to a gateway request, before its body is read: it gets its exchange, its key is
 * checked, its connection's end is watched, and its key's requests per minute are asked.
 */
@Injectable()
export class GatewayEntry {
  private readonly logger = new Logger(GatewayEntry.name);
  private readonly strangers = new StrangerSampler();
  /** Exchanges whose connection is open, with their answers. */
  private readonly connected = new Map<Exchange, ServerResponse>();
  private draining = false;
  private interrupted = false;

  constructor(
    private readonly keys: ApiKeyService,
    private readonly throttle: RequestThrottle,
    private readonly log: RequestLog,
  ) {}

  /**
   * From now on every connection ends with its answer. What a proxy has sent on one that it holds open is still
   * served: it would not be sent again elsewhere.
   */
  drain(): void {
    this.draining = true;
    // These have told the other end already that their connection stays.
    for (const response of this.connected.values()) response.once('finish', () => response.socket?.end());
  }

  /** Ends what still runs: streams get the error in-band, others their status. New requests are refused. */
  interrupt(): void {
    this.interrupted = true;
    for (const exchange of this.connected.keys())
      exchange.cancel(
        new GatewayError('draining', 'The gateway was shut down before this answer was whole.', {
          retryAfterMs: 5000,
        }),
      );
  }

  /**
   * Fastify `onRequest` hook; a promise only where the limits' counters are elsewhere.
   * @throws GatewayError (or rejects with it); the exception filter answers it.
   */
  onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    if (planeOf(request.raw) !== 'gateway') return undefined;
    if (this.draining) reply.raw.setHeader('connection', 'close');
    const route = request.routeOptions.config.gateway;
    if (route?.access === 'public') return undefined;
    const exchange = new Exchange(
      route?.endpoint ?? 'unknown',
      request.ip,
      request.headers['user-agent'] ?? null,
      this.log,
    );
    reply.raw.setHeader('x-request-id', exchange.id);
    reply.raw.setHeader('openai-version', OPENAI_VERSION);
    const text = bearerKey(request.headers);
    const found = text === null ? 'missing' : this.keys.find(text);
    const caller = typeof found === 'string' ? null : found;
    if (caller === null) {
      // A path that does not exist is told as such to anybody; a stranger's miss leaves no row.
      if (route === undefined) return undefined;
      this.sampleStranger(exchange, request.ip);
    } else {
      exchange.identify(caller);
    }
    request.exchange = exchange;
    this.watch(exchange, reply);
    if (typeof found === 'string') throw refusal(found);
    assertMayCall(found, route?.endpoint ?? null, request.ip);
    if (route?.access === 'never')
      throw new GatewayError(
        'endpoint_forbidden',
        'Models are managed in the portal of this gateway, not through this API.',
      );
    if (this.interrupted)
      throw new GatewayError('draining', 'The gateway is shutting down.', { retryAfterMs: 5000 });
    const asked = this.throttle.admit(found, reply.raw);
    if (asked !== undefined) return asked.then(() => exchange.passThrottle());
    exchange.passThrottle();
    return undefined;
  }

  /** The backstop: whatever did not settle the exchange, the end of its connection does. */
  private watch(exchange: Exchange, reply: FastifyReply): void {
    this.connected.set(exchange, reply.raw);
    reply.raw.on('close', () => {
      this.connected.delete(exchange);
      exchange
        .connectionClosed()
        .catch((error: unknown) => this.logger.error(`the record of ${exchange.id} was not kept`, error));
    });
  }

  private sampleStranger(exchange: Exchange, address: string): void {
    const row = this.strangers.admit(address, Date.now());
    if (row === null) exchange.discard();
    else if (row.suppressed > 0)
      this.logger.warn(`${row.suppressed} refusals without a valid key were not logged one by one`);
  }
}

function refusal(reason: KeyRefusal | 'missing'): GatewayError {
  if (reason === 'unavailable')
    return new GatewayError('keys_unavailable', 'The keys cannot be checked at the moment. Try again.', {
      retryAfterMs: 5000,
    });
  return new GatewayError('invalid_api_key', REFUSALS[reason]);
}

const REFUSALS = {
  missing: "You did not provide an API key. Send it as 'Authorization: Bearer <key>'.",
  unknown: 'Incorrect API key provided.',
  revoked: 'This API key was revoked.',
  suspended: 'The account that this API key belongs to is disabled.',
  expired: 'This API key has expired.',
} as const;
