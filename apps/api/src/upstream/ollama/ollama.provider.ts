import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Agent, errors } from 'undici';
import { AppConfig } from '../../config/app-config';
import { GatewayError } from '../gateway-error';
import { type UpstreamBatch, type UpstreamHost, UpstreamProvider } from '../upstream.provider';
import { AnswerStream } from './answer-stream';

const NO_ANSWER_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH']);

interface Target {
  readonly origin: string;
  /** Empty, or a path without its last slash. */
  readonly basePath: string;
}

/** Ollama's native API over undici, with keep-alive connections and our own deadlines. */
@Injectable()
export class OllamaProvider extends UpstreamProvider implements OnModuleDestroy {
  private readonly agent: Agent;
  /** By a host's URL; hosts are few, and parsing one for each request is not for nothing. */
  private readonly targets = new Map<string, Target>();

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
      const { origin, basePath } = this.targetOf(host);
      this.agent.dispatch(
        {
          origin,
          path: basePath + path,
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

  private targetOf({ url }: UpstreamHost): Target {
    let target = this.targets.get(url);
    if (target === undefined) {
      const { origin, pathname } = new URL(url);
      target = { origin, basePath: pathname === '/' ? '' : pathname };
      this.targets.set(url, target);
    }
    return target;
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
