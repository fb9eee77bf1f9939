import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Agent, errors } from 'undici';
import { AppConfig } from '../../config/app-config';
import { GatewayError } from '../gateway-error';
import { type UpstreamBatch, type UpstreamHost, UpstreamProvider } from '../upstream.provider';
import { AnswerStream } from './answer-stream';

const NO_ANSWER_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH']);

/** Ollama's native API over undici, with keep-alive connections and our own deadlines. */
@Injectable()
export class OllamaProvider extends UpstreamProvider implements OnModuleDestroy {
  private readonly agent: Agent;

  constructor(private readonly config: AppConfig) {
    super();
    this.agent = new Agent({
      connect: { timeout: config.connectTimeoutMs, noDelay: true },
      // A cold load may take minutes; StreamDeadline watches instead.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 30_000,
    });
  }

  async *stream(
    host: UpstreamHost,
    path: string,
    body: object & { model?: string },
    signal: AbortSignal,
  ): AsyncGenerator<UpstreamBatch> {
    signal.throwIfAborted();
    const answer = new AnswerStream({ model: body.model ?? '', path }, this.config, (error) =>
      explain(error, host),
    );
    const leave = () => answer.abort(signal.reason as Error);
    signal.addEventListener('abort', leave);
    try {
      const { origin, pathname } = new URL(host.url);
      this.agent.dispatch(
        {
          origin,
          path: pathname === '/' ? path : pathname + path,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
        answer,
      );
      for (let batch = await answer.take(); batch !== null; batch = await answer.take()) yield batch;
    } finally {
      signal.removeEventListener('abort', leave);
      answer.close();
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.agent.destroy();
  }
}

function explain(error: unknown, host: UpstreamHost): Error {
  if (error instanceof GatewayError) return error;
  if (error instanceof SyntaxError || error instanceof RangeError)
    return new GatewayError('upstream_error', 'The model server sent something that is not a record.', {
      cause: error,
    });
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof errors.ConnectTimeoutError || NO_ANSWER_CODES.has(code ?? ''))
    return new GatewayError('upstream_unreachable', `The model server '${host.name}' does not answer.`, {
      retryAfterMs: 5000,
      hostFault: true,
      cause: error,
    });
  return new GatewayError('upstream_error', 'The connection to the model server broke.', { cause: error });
}
