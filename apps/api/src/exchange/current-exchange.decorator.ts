import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Exchange } from './exchange';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's record; only the gateway plane has one. */
    exchange?: Exchange;
    /** The body as it came, for the log. */
    bodyText?: string;
  }
}

/** The exchange of the request that a gateway handler serves. */
export const CurrentExchange = createParamDecorator((_: unknown, context: ExecutionContext): Exchange => {
  const { exchange } = context.switchToHttp().getRequest<FastifyRequest>();
  if (exchange === undefined) throw new Error('no exchange: the route is not on the gateway plane');
  return exchange;
});
