import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { GatewayError } from '../upstream/gateway-error';
import { planeOf } from './plane';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Parses JSON as Fastify does, and keeps the text for the log. Ollama's own API takes JSON under any content type
 * (every `curl -d` example of its documentation sends it as a form), so its paths do here; others demand JSON's.
 * The admin plane takes an empty text as no body: scripts declare JSON on every call, a `DELETE` among them.
 */
export function parseJsonBodies(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'ignore');
  const parse = (request: FastifyRequest, body: string, done: Done) => {
    request.bodyText = body;
    if (body === '' && planeOf(request.raw) === 'admin') done(null);
    else void parseJson(request, body, done);
  };
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, parse);
  fastify.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done: Done) => {
    if (request.routeOptions.config.gateway?.wire === 'ollama') parse(request, body as string, done);
    else done(errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(request.headers['content-type'] ?? ''));
  });
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (encoding === 'identity' || request.routeOptions.config.gateway === undefined) done(null, payload);
    else
      done(
        new GatewayError(
          'unsupported_media_type',
          `Content-Encoding '${encoding.slice(0, 64)}' is not supported.`,
        ),
      );
  });
}
