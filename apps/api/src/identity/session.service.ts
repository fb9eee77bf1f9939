import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { Subject } from 'rxjs';
import { readSessionCookie } from './session-cookie';
import { SessionRepository } from './session.repository';

const TOKEN_BYTES = 32;
/** What the token of 32 bytes looks like in base64url; anything else is no session and needs no look-up. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const USER_AGENT_LENGTH = 256;

/** Opaque server-side sessions: a random token in the browser's cookie, its hash here. */
@Injectable()
export class SessionService {
  /** Some session was ended here: whoever serves one for long asks again. */
  readonly ended = new Subject<void>();

  constructor(private readonly sessions: SessionRepository) {}

  /** A new session of this user; returns the token for the cookie. */
  async start(userId: string, request: FastifyRequest): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const userAgent = request.headers['user-agent']?.slice(0, USER_AGENT_LENGTH) ?? null;
    await this.sessions.create(hashToken(token), userId, request.ip, userAgent);
    return token;
  }

  /** Who sent this request by its cookie; null without a live session. A use prolongs it, a poll does not. */
  async userOf(request: FastifyRequest, use: 'prolong' | 'poll'): Promise<SessionUser | null> {
    const token = readSessionCookie(request);
    if (token === undefined || !TOKEN.test(token)) return null;
    const found = await this.sessions.find(hashToken(token));
    if (found === null) return null;
    const { stale, ...user } = found;
    if (stale && use === 'prolong') await this.sessions.touch(hashToken(token));
    return user;
  }

  /** Ends the session of the request's cookie, if there is one. */
  async end(request: FastifyRequest): Promise<void> {
    const token = readSessionCookie(request);
    if (token === undefined) return;
    await this.sessions.end(hashToken(token));
    this.ended.next();
  }
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
