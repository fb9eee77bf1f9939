import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAllowedHost, isAllowedOrigin } from './allowed-callers.ts';
import { serveEmbed, serveEmbeddings } from './embed.ts';
import { cutOff, type Exchange, sendJson, sendValue, type Service } from './exchange.ts';
import { goJson } from './go-json.ts';
import { ClientLeft, HttpError } from './http-error.ts';
import { serveChat, serveGenerate } from './inference.ts';
import { servePs, serveShow, serveTags } from './model-routes.ts';
import type { RequestRecorder } from './request-recorder.ts';
import type { ScriptBook } from './script.ts';
import { serveCopy, serveDelete, servePull } from './store-routes.ts';
import { orLeave, pauseOrLeave } from './stream-answer.ts';

type Handler = (exchange: Exchange) => Promise<void> | void;

const sendVersion: Handler = (exchange) => sendValue(exchange, { version: exchange.service.version });
const sendRunning: Handler = (exchange) => sendText(exchange, 200, 'Ollama is running');

const ROUTES: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  '/': { GET: sendRunning, HEAD: sendRunning },
  '/api/version': { GET: sendVersion, HEAD: sendVersion },
  '/api/tags': { GET: serveTags, HEAD: serveTags },
  '/api/ps': { GET: servePs },
  '/api/show': { POST: serveShow },
  '/api/chat': { POST: serveChat },
  '/api/generate': { POST: serveGenerate },
  '/api/embed': { POST: serveEmbed },
  '/api/embeddings': { POST: serveEmbeddings },
  '/api/pull': { POST: servePull },
  '/api/delete': { DELETE: serveDelete },
  '/api/copy': { POST: serveCopy },
};

/** Serves one request from head to end: records it, lets a script take it, routes it, turns errors into answers. */
export async function serveRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  service: Service,
  book: ScriptBook,
  recorder: RequestRecorder,
): Promise<void> {
  const request = recorder.record(incoming);
  const left = new AbortController();
  response.removeHeader('Connection');
  response.once('close', () => {
    recorder.end(request, response.writableFinished);
    if (request.outcome !== 'completed') left.abort();
    service.onChange();
  });
  try {
    request.rawBody = await readBody(incoming);
  } catch {
    return;
  }
  recorder.list(request);
  service.onChange();
  const exchange: Exchange = {
    request,
    response,
    signal: left.signal,
    script: book.take(request),
    service,
  };
  try {
    if (await isScriptedWhole(exchange)) return;
    await route(exchange);
  } catch (error) {
    answerError(exchange, error);
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** Plays what a script asks for before any handler runs; true when that was the whole answer. */
async function isScriptedWhole(exchange: Exchange): Promise<boolean> {
  const script = exchange.script?.script;
  if (script === undefined) return false;
  if (script.holdHeaders !== undefined) await orLeave(script.holdHeaders, exchange.signal);
  if (script.delayHeadersMs !== undefined) await pauseOrLeave(script.delayHeadersMs, exchange.signal);
  if (script.error !== undefined) throw new HttpError(script.error.status, script.error.message);
  if (script.json !== undefined) {
    sendValue(exchange, script.json);
    return true;
  }
  const step = script.fault?.step;
  if (step === undefined || ['/api/chat', '/api/generate'].includes(exchange.request.path)) return false;
  if ('die' in step) {
    await cutOff(exchange);
    return true;
  }
  if ('stall' in step) await orLeave(exchange.script?.released ?? Promise.resolve(), exchange.signal);
  return false;
}

async function route(exchange: Exchange): Promise<void> {
  const { method, path, headers } = exchange.request;
  if (!isAllowedOrigin(headers.origin, headers.host) || !isAllowedHost(headers.host ?? '')) {
    sendText(exchange, 403, '');
    return;
  }
  const methods = ROUTES[path];
  if (methods === undefined) {
    sendText(exchange, 404, '404 page not found');
    return;
  }
  const handler = methods[method];
  if (handler === undefined) {
    exchange.response.setHeader('Allow', Object.keys(methods).join(', '));
    sendText(exchange, 405, '405 method not allowed');
    return;
  }
  await handler(exchange);
}

function answerError(exchange: Exchange, error: unknown): void {
  const { response } = exchange;
  if (response.destroyed || error instanceof ClientLeft) {
    exchange.request.status ??= 499;
    response.destroy();
    return;
  }
  if (response.headersSent) {
    void cutOff(exchange);
    return;
  }
  if (error instanceof HttpError) {
    sendJson(exchange, goJson({ error: error.message }), error.status, error.contentType);
    return;
  }
  sendValue(
    exchange,
    { error: `fake Ollama broke: ${error instanceof Error ? (error.stack ?? '') : ''}` },
    500,
  );
}

function sendText(exchange: Exchange, status: number, text: string): void {
  exchange.request.status = status;
  const type = status === 404 || status === 405 ? 'text/plain' : 'text/plain; charset=utf-8';
  exchange.response.writeHead(status, text === '' ? {} : { 'Content-Type': type }).end(text);
}
