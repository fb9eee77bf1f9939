import { ForbiddenException, Injectable, Logger, NotFoundException } from '@nestjs/common';
import type { LoginMethods } from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OidcConfig } from '../../config/app-config';
import { PepperService } from '../../auth/pepper.service';
import { seal, unseal } from '../../responses/sealed-box';
import { LoginService } from '../login.service';
import { setSessionCookie } from '../session-cookie';
import { OidcAccounts } from './oidc-accounts.service';
import { type OidcAttempt, OidcClient } from './oidc-client.service';
import { portalPath } from './portal-path';

const PATH = '/api/auth/oidc';
const COOKIE = 'ollameter_oidc';
/** How long somebody may take at the provider. */
const ATTEMPT_SECONDS = 600;

/** What the cookie holds between going to the provider and coming back. */
interface Attempt extends OidcAttempt {
  untilMs: number;
  /** Where in the portal the person wanted to go. */
  returnTo: string;
}

/** The login at a provider, as the browser walks it: there with a sealed cookie, back with a code, home with a session. */
@Injectable()
export class OidcLogin {
  private readonly logger = new Logger(OidcLogin.name);
  private readonly sealingKey: Buffer;

  constructor(
    private readonly client: OidcClient,
    private readonly accounts: OidcAccounts,
    private readonly logins: LoginService,
    pepper: PepperService,
  ) {
    this.sealingKey = pepper.deriveKey('oidc attempts');
  }

  get methods(): LoginMethods {
    const oidc = this.client.settings;
    return { password: true, oidc: oidc === null ? null : { name: oidc.name, url: `${PATH}/login` } };
  }

  /** Sends the browser to the provider. @throws NotFoundException where none is set */
  async start(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const oidc = this.provider();
    const returnTo = portalPath((request.query as Record<string, unknown>)['returnTo']);
    const redirectUri = `${request.protocol}://${request.host}${PATH}/callback`;
    try {
      const { url, attempt } = await this.client.start(redirectUri, oidc);
      const kept: Attempt = { ...attempt, returnTo, untilMs: Date.now() + ATTEMPT_SECONDS * 1000 };
      const sealed = seal(this.sealingKey, COOKIE, JSON.stringify(kept));
      this.remember(request, reply, sealed.toString('base64url'), ATTEMPT_SECONDS);
      await reply.redirect(url, 302);
    } catch (error) {
      this.logger.warn(`the OIDC provider does not answer: ${(error as Error).message}`);
      await reply.redirect(loginPath('oidc_unavailable', returnTo), 302);
    }
  }

  /** Back from the provider: a session and the page that was asked for, or the login page with what went wrong. */
  async finish(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const oidc = this.provider();
    const attempt = this.attemptOf(request);
    this.remember(request, reply, '', 0);
    try {
      if (attempt === null) throw new Error('no attempt of this browser, or one that took too long');
      const query = request.url.split('?', 2)[1] ?? '';
      const claims = await this.client.finish(query, attempt, oidc);
      const user = await this.accounts.accountOf(claims, oidc, request.ip);
      const { token } = await this.logins.begin(user, 'oidc', request);
      setSessionCookie(reply, request, token);
      await reply.redirect(attempt.returnTo, 302);
    } catch (error) {
      const refused = error instanceof ForbiddenException;
      this.logger.warn(`OIDC login ${refused ? 'refused' : 'failed'}: ${(error as Error).message}`);
      await reply.redirect(loginPath(refused ? 'oidc_refused' : 'oidc_failed', attempt?.returnTo), 302);
    }
  }

  private provider(): OidcConfig {
    const oidc = this.client.settings;
    if (oidc === null) throw new NotFoundException('No OIDC provider is set.');
    return oidc;
  }

  /** `SameSite=Lax`, because the way back from the provider starts at another site. */
  private remember(request: FastifyRequest, reply: FastifyReply, value: string, maxAgeSeconds: number): void {
    const secure = request.protocol === 'https' ? '; Secure' : '';
    void reply.header(
      'set-cookie',
      `${COOKIE}=${value}; Max-Age=${maxAgeSeconds}; Path=${PATH}; HttpOnly; SameSite=Lax${secure}`,
    );
  }

  private attemptOf(request: FastifyRequest): Attempt | null {
    const sealed = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1];
    if (sealed === undefined) return null;
    try {
      const text = unseal(this.sealingKey, COOKIE, Buffer.from(sealed, 'base64url'));
      const attempt = JSON.parse(text) as Attempt;
      return attempt.untilMs >= Date.now() ? attempt : null;
    } catch {
      return null;
    }
  }
}

/** The login page that says why, and still knows where the person wanted to go. */
function loginPath(error: string, returnTo = '/'): string {
  return `/login?${new URLSearchParams({ error, ...(returnTo !== '/' && { returnTo }) }).toString()}`;
}
