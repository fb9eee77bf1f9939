import { Injectable } from '@nestjs/common';
import { POLL_HEADER, type SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../config/app-config';
import { bearerToken, secretsEqual } from './bearer-token';
import { PersonalTokenService } from './personal-token.service';
import { SessionService } from './session.service';
import { TOKEN_HOLDER } from './token-holder';

/** Who sends a request: a person by the cookie of a session, a script by a bearer token. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly config: AppConfig,
    private readonly sessions: SessionService,
    private readonly tokens: PersonalTokenService,
  ) {}

  /** Null where nobody is known by what the request carries. A bearer token, once given, decides alone. */
  identify(request: FastifyRequest, use: 'prolong' | 'poll'): Promise<SessionUser | null> {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) return this.sessions.userOf(request, use);
    const expected = this.config.adminToken;
    if (expected !== null && secretsEqual(token, expected)) return Promise.resolve(TOKEN_HOLDER);
    return this.tokens.userOf(token);
  }
}

/** The page asked by itself: that nobody is there must still end the session some day. */
export function isPoll(request: FastifyRequest): boolean {
  return request.headers[POLL_HEADER] !== undefined;
}
