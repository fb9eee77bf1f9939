import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** A refused client gets this long to see its answer before its unread body costs it the connection. */
const LINGER_MS = 1_000;
const SKIPPED_BODY_BYTES = 256 * 1024;

/** An answer came before its body did, and the rest of it is too large to be skipped. */
export function leavesUnread(request: IncomingMessage): boolean {
  return !request.complete && !(Number(request.headers['content-length']) <= SKIPPED_BODY_BYTES);
}

/**
 * Ends an answer, its head written with `Connection: close` and its length, whose request's body stays unread. The
 * client has the whole answer now and closes; the server does so only a moment later, because at once would reset the
 * connection before the client has read why.
 */
export function endLingering(request: IncomingMessage, response: ServerResponse, body: string): void {
  request.socket.pause();
  response.write(body);
  const cut = setTimeout(() => response.end(), LINGER_MS);
  response.once('close', () => clearTimeout(cut));
}

/** The same for answers that were not refusals: a connection with a rest of a body on it cannot go on. */
export function cutUnreadBodies(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', ({ raw }, _reply, done) => {
    if (leavesUnread(raw)) {
      raw.socket.pause();
      const cut = setTimeout(() => raw.socket.destroy(), LINGER_MS);
      raw.socket.once('close', () => clearTimeout(cut));
    }
    done();
  });
}
