import type { AdminRoute } from './admin-routes.ts';
import type { Schema, Schemas } from './schemas.ts';

const PROBLEM = 'application/problem+json';
const EVENTS = 'text/event-stream';

/** The OpenAPI 3.1 document of the admin plane. */
export function toDocument(
  routes: readonly AdminRoute[],
  schemas: Schemas,
  problem: Schema,
  version: string,
) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: toOperation(route, schemas, problem) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ollameter admin API',
      version,
      description:
        'What the portal uses, for scripts too. Send `Authorization: Bearer` with ADMIN_TOKEN or a personal token; ' +
        'a browser holds a session cookie. Errors are RFC 9457 problem details.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    tags: [...new Set(routes.map(tagOf))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'ollameter_session' },
      },
      schemas: schemas.components,
    },
  };
}

function toOperation(route: AdminRoute, schemas: Schemas, problem: Schema) {
  const { handler, access, description, body } = route;
  const needs =
    access === 'public' ? 'Open to everybody who reaches the admin plane.' : `Needs \`${access}\`.`;
  return {
    operationId: handler.replace('Controller.', '_'),
    tags: [tagOf(route)],
    summary: description === '' ? toWords(handler) : firstSentence(description),
    description: [description, needs].filter((text) => text !== '').join('\n\n'),
    ...(access === 'public' && { security: [] }),
    parameters: [...parameters(route.params, 'path', schemas), ...parameters(route.query, 'query', schemas)],
    ...(body !== null && {
      requestBody: { required: true, content: { 'application/json': { schema: schemas.of(body) } } },
    }),
    responses: { [route.status]: toAnswer(route, schemas), ...refusals(route, problem) },
  };
}

function toAnswer({ status, stream, answer, path }: AdminRoute, schemas: Schemas) {
  if (stream)
    return { description: 'Server-sent events', content: { [EVENTS]: { schema: { type: 'string' } } } };
  if (status === 204 || status === 202) return { description: status === 204 ? 'Done' : 'Accepted' };
  if (answer === null || path.endsWith('/export'))
    return { description: 'A file', content: { 'text/csv': {}, 'application/json': {} } };
  return { description: 'OK', content: { 'application/json': { schema: schemas.of(answer) } } };
}

function refusals({ access, body, query, params }: AdminRoute, problem: Schema) {
  const refusal = (description: string) => ({ description, content: { [PROBLEM]: { schema: problem } } });
  const takesInput = body !== null || query !== null || params !== null;
  return {
    ...(takesInput && { 400: refusal('A field is wrong; `errors` names it') }),
    ...(access !== 'public' && {
      401: refusal('No session and no valid token'),
      403: refusal('The role or the token does not allow it'),
    }),
    ...(params !== null && { 404: refusal('There is no such thing, or it is out of reach') }),
    default: refusal('Any other error'),
  };
}

function parameters(type: AdminRoute['query'], place: 'path' | 'query', schemas: Schemas) {
  if (type === null) return [];
  const { properties = {}, required = [] } = schemas.resolved(schemas.of(type)) as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.!])\s/, 1)[0] ?? text;
}

/** `/api/users/{id}` belongs to `users`. */
function tagOf({ path }: AdminRoute): string {
  return path.split('/')[2] ?? path.slice(1);
}

/** `UsersController.endSession` → `End session`. */
function toWords(handler: string): string {
  const words = (handler.split('.')[1] ?? '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
