import 'reflect-metadata';
import { createServer, type RequestListener, type Server } from 'node:http';

import { NotFoundException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { adminHostCheck } from './identity/admin-host-check';
import { AppModule } from './app.module';
import { AppConfig } from './config/app-config';
import { GatewayEntry } from './exchange/gateway-entry';
import { OpenaiExceptionFilter } from './openai/openai-exception.filter';
import { PlainLogger } from './logging/plain-logger';
import { StructuredLogger } from './logging/structured-logger';
import { answerCors } from './plane/cors';
import { parseJsonBodies } from './plane/json-body';
import { markConnections, planeConstraint, planeOf } from './plane/plane';
import { PlaneExceptionFilter } from './plane/plane-exception.filter';
import { RouteTable } from './plane/route-table';
import { cutUnreadBodies } from './plane/unread-body';
import { ProblemFilter } from './admin-api/problem.filter';
import { TelemetryService } from './telemetry/telemetry.service';
import { GatewayError } from './upstream/gateway-error';

const ADMIN_BODY_LIMIT_BYTES = 1024 * 1024;
const SMALL_BODY_LIMIT_BYTES = 4 * 1024 * 1024;
/** A client that needs longer for its headers is not a client (slow-loris). */
const HEADERS_TIMEOUT_MS = 20_000;
/** A 32 MB body over a slow line. */
const BODY_TIMEOUT_MS = 300_000;
/** Longer than nginx keeps its upstream connections, so that nginx never meets a closing one. */
const KEEP_ALIVE_MS = 75_000;

/** The app and its two listeners; nothing listens yet. */
export interface OllameterApp {
  nest: NestFastifyApplication;
  gateway: Server;
  admin: Server;
  routes: RouteTable;
}

/** Builds the one Nest app on one Fastify router behind two HTTP servers; shared by main and the tests. */
export async function createApp(config: AppConfig): Promise<OllameterApp> {
  const servers: Server[] = [];
  const adapter = new FastifyAdapter({
    bodyLimit: config.bodyLimitBytes,
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    routerOptions: {
      constraints: { plane: planeConstraint },
      ignoreDuplicateSlashes: true,
      maxParamLength: 512,
    },
    skipMiddie: true,
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void refusePath(entry, filter, request, reply),
    serverFactory: (handler: RequestListener) => {
      const options = {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: BODY_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        noDelay: true,
      };
      servers.push(createServer(options, handler), createServer(options, handler));
      const [gateway, admin] = servers as [Server, Server];
      markConnections(gateway, 'gateway');
      markConnections(admin, 'admin');
      return gateway;
    },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  const routes = new RouteTable(fastify);
  limitBodies(fastify, config);
  const nest = await NestFactory.create<NestFastifyApplication>(AppModule.with(config), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger:
      config.logFormat === 'json' ? new StructuredLogger(config.logLevel) : new PlainLogger(config.logLevel),
  });
  parseJsonBodies(fastify);
  refuseStalledBodies(fastify, config.bodyStallMs);
  cutUnreadBodies(fastify);
  const entry = nest.get(GatewayEntry);
  const telemetry = nest.get(TelemetryService);
  const checkAdminHost = adminHostCheck(config);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (planeOf(request.raw) === 'admin') {
      checkAdminHost(request, reply, done);
      return;
    }
    if (answerCors(config.corsOrigins, request, reply)) return;
    try {
      const entered = entry.onRequest(request, reply);
      telemetry.join(request.exchange, request.headers['traceparent']);
      if (entered === undefined) done();
      else entered.then(() => done(), done);
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook('onRequest', (request, _reply, done) => done(unknownRoute(request, routes)));
  const filter = new PlaneExceptionFilter(nest.get(OpenaiExceptionFilter), nest.get(ProblemFilter));
  nest.useGlobalFilters(filter);
  await nest.init();
  await fastify.ready();
  const [gateway, admin] = servers as [Server, Server];
  answerBrokenHttp(gateway);
  return { nest, gateway, admin, routes };
}

/** A path that cannot be decoded, or is too long, never reaches the hooks; it is a path that does not exist. */
async function refusePath(
  entry: GatewayEntry,
  filter: PlaneExceptionFilter,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const host = new ExecutionContextHost([request, reply]);
  try {
    await entry.onRequest(request, reply);
    throw new NotFoundException();
  } catch (error) {
    await filter.catch(error, host);
  }
}

/** 404 or, where only the method is wrong, 405; told apart before the body is read. */
function unknownRoute(request: FastifyRequest, routes: RouteTable): GatewayError | undefined {
  if (!request.is404 || planeOf(request.raw) !== 'gateway') return undefined;
  const path = request.url.split('?', 1)[0] ?? '';
  const allow = routes.methodsOf('gateway', path.replace(/\/{2,}/g, '/'));
  if (allow.length > 0)
    return new GatewayError('method_not_allowed', `Not allowed to ${request.method} on ${path}.`, { allow });
  return new GatewayError('unknown_url', `Unknown request URL: ${request.method} ${path}.`);
}

function limitBodies(fastify: FastifyInstance, config: AppConfig): void {
  fastify.addHook('onRoute', (route) => {
    const gateway = (route.config as { gateway?: { largeBody?: boolean } } | undefined)?.gateway;
    if (gateway === undefined) route.bodyLimit = ADMIN_BODY_LIMIT_BYTES;
    else
      route.bodyLimit = gateway.largeBody
        ? config.bodyLimitBytes
        : Math.min(SMALL_BODY_LIMIT_BYTES, config.bodyLimitBytes);
  });
}

/** A body that stops arriving is answered `408`; the connection's own timers know only when a whole request is late. */
function refuseStalledBodies(fastify: FastifyInstance, stallMs: number): void {
  fastify.addHook('preParsing', ({ headers }, _reply, payload, done) => {
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
      done(null, payload);
      return;
    }
    // Not destroy(): the answer needs the connection.
    const timer = setTimeout(
      () => payload.emit('error', new GatewayError('request_timeout', 'The request body stopped arriving.')),
      stallMs,
    );
    const stop = () => clearTimeout(timer);
    payload
      .on('data', () => timer.refresh())
      .once('end', stop)
      .once('close', stop)
      .once('error', stop);
    // Listening starts the flow; the parser listens in this same tick.
    done(null, payload);
  });
}

/** Bytes that are not HTTP never reach a route; they get the envelope all the same. */
function answerBrokenHttp(gateway: Server): void {
  gateway.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const status =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : late
          ? '408 Request Timeout'
          : '400 Bad Request';
    const refusal = late
      ? new GatewayError('request_timeout', 'The request did not arrive in time.')
      : new GatewayError('invalid_value', 'The request is not valid HTTP.');
    const body = JSON.stringify(refusal.envelope);
    socket.end(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
}
