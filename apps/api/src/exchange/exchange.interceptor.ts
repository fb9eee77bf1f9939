import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';

/** The API version that OpenAI's own service names; SDKs only show it. */
const OPENAI_VERSION = '2020-10-01';

/**
 * Sets an answer's headers before its first byte. It wraps no stream: what it returns is the handler's own
 * result, untouched (`finalize` would fire before the first chunk).
 */
@Injectable()
export class ExchangeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const { exchange } = http.getRequest<FastifyRequest>();
    if (exchange !== undefined)
      http.getResponse<FastifyReply>().raw.setHeader('openai-version', OPENAI_VERSION);
    return next.handle();
  }
}
