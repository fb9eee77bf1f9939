import fastifyCookie from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';

const NAME = 'ollameter_session';

/** Under https the `__Host-` prefix: no subdomain and no plain-http neighbour can set it. */
function cookieName(request: FastifyRequest): string {
  return request.protocol === 'https' ? `__Host-${NAME}` : NAME;
}

/** The session token that the browser sent, or undefined. */
export function readSessionCookie(request: FastifyRequest): string | undefined {
  const header = request.headers.cookie;
  return header === undefined ? undefined : fastifyCookie.parse(header)[cookieName(request)];
}

/** `Set-Cookie` for a new session; `maxAgeSeconds` 0 clears it. */
export function sessionCookie(request: FastifyRequest, token: string, maxAgeSeconds: number): string {
  return fastifyCookie.serialize(cookieName(request), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    maxAge: maxAgeSeconds,
  });
}
