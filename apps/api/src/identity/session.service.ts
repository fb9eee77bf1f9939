import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { SessionItem, SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { Subject } from 'rxjs';
import type { EntityManager } from 'typeorm';
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

  /** A new session of this user in place of the one that the request came with; returns the token for the cookie. */
  async start(userId: string, request: FastifyRequest): Promise<string> {
    await this.end(request);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const userAgent = request.headers['user-agent']?.slice(0, USER_AGENT_LENGTH) ?? null;
    await this.sessions.create(hashToken(token), userId, request.ip, userAgent);
    return token;
  }

  /** Who sent this request by its cookie; null without a live session. A use prolongs it, a poll does not. */
  async userOf(request: FastifyRequest, use: 'prolong' | 'poll'): Promise<SessionUser | null> {
    const tokenHash = hashOf(request);
    if (tokenHash === null) return null;
    const found = await this.sessions.find(tokenHash);
    if (found === null) return null;
    if (found.stale && use === 'prolong') await this.sessions.touch(tokenHash);
    return found.user;
  }

  /** The live sessions of a user; the one that asks is marked. */
  async list(userId: string, request: FastifyRequest): Promise<SessionItem[]> {
    const own = hashOf(request);
    const stored = await this.sessions.list(userId);
    return stored.map(({ tokenHash, createdAt, lastSeenAt, expiresAt, ...same }) => ({
      ...same,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      current: own !== null && tokenHash.equals(own),
    }));
  }

  /** Ends the session of the request's cookie, if there is one. */
  async end(request: FastifyRequest): Promise<void> {
    const tokenHash = hashOf(request);
    if (tokenHash === null) return;
    await this.sessions.end(tokenHash);
    this.ended.next();
  }

  /** Ends one session of a user; false where there is none of that id. Announce with `ended` once it is committed. */
  endById(manager: EntityManager, userId: string, id: string): Promise<boolean> {
    return this.sessions.endById(manager, userId, id);
  }

  /** Ends all sessions of a user, but not the one that asks where a request is given; returns how many. */
  endAll(manager: EntityManager, userId: string, except: FastifyRequest | null): Promise<number> {
    return this.sessions.endAll(manager, userId, except === null ? null : hashOf(except));
  }
}

function hashOf(request: FastifyRequest): Buffer | null {
  const token = readSessionCookie(request);
  return token === undefined || !TOKEN.test(token) ? null : hashToken(token);
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
