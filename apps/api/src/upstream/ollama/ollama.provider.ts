import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Agent, errors, request } from 'undici';
import { AppConfig } from '../../config/app-config';
import { GatewayError } from '../gateway-error';
import { type UpstreamBatch, type UpstreamHost, UpstreamProvider } from '../upstream.provider';
import { mapUpstreamError, type UpstreamRequest } from './map-upstream-error';
import { NdjsonReader } from './ndjson';
import type { OllamaRecord } from './ollama-wire';
import { StreamDeadline } from './stream-deadline';

/** Embeddings of 2,048 inputs come as one line; more than this is not a record. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

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
    const about = { model: body.model ?? '', path };
    using deadline = new StreamDeadline(this.config, signal);
    try {
      const response = await request(host.url + path, {
        dispatcher: this.agent,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: deadline.signal,
      });
      if (response.statusCode !== 200) {
        const text = await readError(response.body);
        throw mapUpstreamError(response.statusCode, text, about);
      }
      const reader = new NdjsonReader<OllamaRecord>(MAX_LINE_BYTES);
      let finished = false;
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        const batch = reader.push(chunk);
        if (batch.records.length === 0) continue;
        deadline.recordArrived();
        finished = endsAnswer(batch.records, about);
        yield batch;
        if (finished) return;
      }
      const last = reader.end();
      if (last.records.length > 0) {
        finished = endsAnswer(last.records, about);
        yield last;
      }
      if (!finished)
        throw new GatewayError('upstream_error', 'The model server ended its answer without finishing it.');
    } catch (error) {
      throw this.explain(error, host, deadline, signal);
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.agent.destroy();
  }

  private explain(
    error: unknown,
    host: UpstreamHost,
    deadline: StreamDeadline,
    signal: AbortSignal,
  ): unknown {
    if (error instanceof GatewayError) return error;
    // The caller aborted, and knows why.
    if (signal.aborted) return signal.reason;
    if (deadline.expired !== null) return deadline.expired;
    if (error instanceof SyntaxError || error instanceof RangeError)
      return new GatewayError('upstream_error', 'The model server sent something that is not a record.', {
        cause: error,
      });
    const code = (error as NodeJS.ErrnoException).code;
    if (
      error instanceof errors.ConnectTimeoutError ||
      code === 'ECONNREFUSED' ||
      code === 'ENOTFOUND' ||
      code === 'EHOSTUNREACH'
    )
      return new GatewayError('upstream_unreachable', `The model server '${host.name}' does not answer.`, {
        retryAfterMs: 5000,
        cause: error,
      });
    return new GatewayError('upstream_error', 'The connection to the model server broke.', { cause: error });
  }
}

/** True when the batch holds the record that ends the answer. @throws GatewayError for an error line. */
function endsAnswer(records: readonly OllamaRecord[], about: UpstreamRequest): boolean {
  for (const record of records) {
    if (record.error !== undefined) throw mapUpstreamError(0, record.error, about);
    // Embeddings come as one record without `done`.
    if (record.done === true || record.embeddings !== undefined || record.embedding !== undefined)
      return true;
  }
  return false;
}

async function readError(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length > MAX_ERROR_BYTES) break;
  }
  try {
    const parsed = JSON.parse(text) as { error?: unknown };
    return typeof parsed.error === 'string' ? parsed.error : text;
  } catch {
    return text;
  }
}
