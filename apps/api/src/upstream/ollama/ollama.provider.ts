import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Agent, errors, request } from 'undici';
import { AppConfig } from '../../config/app-config';
import { GatewayError } from '../gateway-error';
import { type UpstreamBatch, type UpstreamHost, UpstreamProvider } from '../upstream.provider';
import { mapUpstreamError, type UpstreamRequest } from './map-upstream-error';
import { NdjsonReader, type RecordBatch } from './ndjson';
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
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        const batch = reader.push(chunk);
        const failure = cutAtError(batch, about);
        if (batch.records.length > 0) {
          deadline.recordArrived();
          yield batch;
        }
        if (failure !== null) throw failure;
        if (endsAnswer(batch.records)) return;
      }
      const last = reader.end();
      const failure = cutAtError(last, about);
      if (last.records.length > 0) yield last;
      if (failure !== null) throw failure;
      if (!endsAnswer(last.records))
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
        hostFault: true,
        cause: error,
      });
    return new GatewayError('upstream_error', 'The connection to the model server broke.', { cause: error });
  }
}

/** What broke the answer in this batch, if anything; an error line is cut off with all that follows it. */
function cutAtError(batch: RecordBatch<OllamaRecord>, about: UpstreamRequest): Error | null {
  const at = batch.records.findIndex((record) => record.error !== undefined);
  const text = batch.records[at]?.error;
  if (text === undefined) return batch.failure;
  batch.records.length = batch.lines.length = at;
  return mapUpstreamError(0, text, about);
}

/** True when the batch holds the record that ends the answer; embeddings come as one record without `done`. */
function endsAnswer(records: readonly OllamaRecord[]): boolean {
  return records.some(
    ({ done, embeddings, embedding }) => done === true || embeddings !== undefined || embedding !== undefined,
  );
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
