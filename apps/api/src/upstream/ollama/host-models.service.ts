import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Agent, request } from 'undici';
import { AppConfig } from '../../config/app-config';
import { GatewayError } from '../gateway-error';
import type { UpstreamHost } from '../upstream.provider';
import { mapUpstreamError } from './map-upstream-error';
import { NdjsonReader } from './ndjson';
import type { OllamaPullRecord, OllamaRunning, OllamaTags } from './ollama-wire';

const QUESTION_TIMEOUT_MS = 5_000;
const MAX_LINE_BYTES = 1024 * 1024;
/** A pull that tells nothing for this long has died; Ollama reports about 16 times a second. */
const PULL_SILENCE_MS = 120_000;

/** A body that names a model. */
interface ModelRequest {
  model: string;
  [field: string]: unknown;
}

/** What a host lists and holds in memory, and the changes to it: the half of Ollama's API that no client may call. */
@Injectable()
export class HostModels implements OnModuleDestroy {
  private readonly agent: Agent;

  constructor(private readonly config: AppConfig) {
    this.agent = new Agent({
      connect: { timeout: config.connectTimeoutMs },
      headersTimeout: 0,
      bodyTimeout: PULL_SILENCE_MS,
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.agent.destroy();
  }

  /** @throws GatewayError where the host does not answer; so do the others. */
  async installed(host: UpstreamHost): Promise<NonNullable<OllamaTags['models']>> {
    return ((await this.send(host, 'GET', '/api/tags')) as OllamaTags).models ?? [];
  }

  async loaded(host: UpstreamHost): Promise<NonNullable<OllamaRunning['models']>> {
    return ((await this.send(host, 'GET', '/api/ps')) as OllamaRunning).models ?? [];
  }

  async version(host: UpstreamHost): Promise<string | null> {
    return ((await this.send(host, 'GET', '/api/version')) as { version?: string }).version ?? null;
  }

  async remove(host: UpstreamHost, model: string): Promise<void> {
    await this.send(host, 'DELETE', '/api/delete', { model });
  }

  /**
   * Loads a model, or with `keep_alive: 0` unloads it; resolves when it is done. The empty prompt is Ollama's own
   * way to ask for that.
   * @param embeds the model makes embeddings only, and knows no `/api/generate`
   */
  async load(host: UpstreamHost, body: ModelRequest, embeds: boolean): Promise<void> {
    const path = embeds ? '/api/embed' : '/api/generate';
    const empty = embeds ? { input: [] } : { prompt: '', stream: false };
    await this.send(host, 'POST', path, { ...body, ...empty }, this.config.firstTokenTimeoutMs);
  }

  /** Downloads a model; leaving the loop early, or the signal, ends the download. */
  async *pull(host: UpstreamHost, model: string, signal: AbortSignal): AsyncGenerator<OllamaPullRecord> {
    const response = await this.open(host, 'POST', '/api/pull', { model, stream: true }, signal);
    let succeeded = false;
    for await (const record of pullRecords(response.body)) {
      if (record.error !== undefined) throw new GatewayError('upstream_error', record.error);
      succeeded ||= record.status === 'success';
      yield record;
    }
    if (!succeeded)
      throw new GatewayError('upstream_error', 'The host ended the download before it was done.');
  }

  private async send(
    host: UpstreamHost,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: ModelRequest,
    timeoutMs = QUESTION_TIMEOUT_MS,
  ): Promise<unknown> {
    const response = await this.open(host, method, path, body, AbortSignal.timeout(timeoutMs));
    const text = await response.body.text();
    return text === '' ? {} : JSON.parse(text);
  }

  /** @throws GatewayError where the host does not answer, or refuses. */
  private async open(
    host: UpstreamHost,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: ModelRequest | undefined,
    signal: AbortSignal,
  ) {
    const response = await request(host.url + path, {
      dispatcher: this.agent,
      method,
      signal,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    }).catch((error: unknown) => {
      throw new GatewayError('upstream_unreachable', `The model server '${host.name}' does not answer.`, {
        cause: error,
      });
    });
    if (response.statusCode === 200) return response;
    const text = await response.body.text();
    throw mapUpstreamError(response.statusCode, errorText(text), { model: body?.model ?? '', path });
  }
}

async function* pullRecords(body: AsyncIterable<Buffer>): AsyncGenerator<OllamaPullRecord> {
  const reader = new NdjsonReader<OllamaPullRecord>(MAX_LINE_BYTES);
  for await (const chunk of body) yield* reader.push(chunk).records;
  yield* reader.end().records;
}

function errorText(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : text;
  } catch {
    return text;
  }
}
