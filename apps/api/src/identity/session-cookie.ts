import type { FastifyReply, FastifyRequest } from 'fastify';
import { ABSOLUTE_DAYS } from './session.repository';

const NAME = 'ollameter_session';

/** Under https the `__Host-` prefix: no subdomain and no plain-http neighbour can set it. */
function cookieName(request: FastifyRequest): string {
  return request.protocol === 'https' ? `__Host-${NAME}` : NAME;
}

/** The session token that the browser sent, or undefined. */
export function readSessionCookie(request: FastifyRequest): string | undefined {
  const prefix = `${cookieName(request)}=`;
  return request.headers.cookie
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(prefix))
    ?.slice(prefix.length);
}

/** `Set-Cookie` (RFC 6265) of a session; the token is base64url and needs no encoding. `maxAgeSeconds` 0 clears it. */
function sessionCookie(request: FastifyRequest, token: string, maxAgeSeconds: number): string {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  return `${cookieName(request)}=${token}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Strict${secure}`;
}

export function setSessionCookie(reply: FastifyReply, request: FastifyRequest, token: string): void {
  void reply.header('set-cookie', sessionCookie(request, token, ABSOLUTE_DAYS * 24 * 3600));
}

export function clearSessionCookie(reply: FastifyReply, request: FastifyRequest): void {
  void reply.header('set-cookie', sessionCookie(request, '', 0));
}
