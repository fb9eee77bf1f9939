import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { goJson } from './go-json.ts';
import { JSON_TYPE } from './http-error.ts';
import type { ModelCatalogue } from './model-catalogue.ts';
import type { AnswerSource } from './natural-answer.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { Scheduler } from './scheduler.ts';
import type { QueuedScript } from './script.ts';

/** What every handler needs of the stand-in. */
export interface Service {
  readonly catalogue: ModelCatalogue;
  readonly scheduler: Scheduler;
  readonly version: string;
  /** OLLAMA_CONTEXT_LENGTH: the context a model is loaded with when nothing else is said. */
  readonly contextLength: number;
  /** OLLAMA_KEEP_ALIVE. */
  readonly keepAliveMs: number;
  readonly tokenDelayMs: number;
  readonly promptTokensPerSecond: number;
  readonly answerTokens: number | undefined;
  readonly answerSource: AnswerSource | undefined;
  readonly pullError: string | undefined;
  readonly onChange: () => void;
}

/** One request being served. */
export interface Exchange {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
  readonly script: QueuedScript | undefined;
  readonly service: Service;
}

/** Answers with one JSON text, as `c.JSON` does. */
export function sendJson(exchange: Exchange, json: string, status = 200, contentType = JSON_TYPE): void {
  exchange.request.status = status;
  exchange.response
    .writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(json) })
    .end(json);
}

/** Answers with one value as JSON. */
export function sendValue(exchange: Exchange, value: unknown, status = 200): void {
  sendJson(exchange, goJson(value), status);
}

/** Cuts the connection, as a crash would, once what was written before has reached the network. */
export async function cutOff(exchange: Exchange): Promise<void> {
  exchange.request.outcome = 'broken';
  const { socket } = exchange.response;
  do {
    await setImmediate();
  } while (socket !== null && !socket.destroyed && socket.writableLength > 0);
  exchange.response.destroy();
}
