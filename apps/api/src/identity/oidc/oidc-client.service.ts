import { Injectable } from '@nestjs/common';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { AppConfig, type OidcConfig } from '../../config/app-config';

const TIMEOUT_S = 10;

/** What a login has to remember between going to the provider and coming back. */
export interface OidcAttempt {
  state: string;
  nonce: string;
  codeVerifier: string;
  redirectUri: string;
}

/** What the provider says of a person; its claims are not checked further here. */
export type OidcClaims = Readonly<Record<string, unknown>> & { readonly sub: string; readonly iss: string };

/** The provider: OpenID Connect's authorization code flow with PKCE, by `openid-client`. */
@Injectable()
export class OidcClient {
  private discovered: Promise<Configuration> | null = null;

  constructor(private readonly config: AppConfig) {}

  /** Where to send the browser, and what to remember. @throws Error where the provider does not answer */
  async start(redirectUri: string, oidc: OidcConfig): Promise<{ url: string; attempt: OidcAttempt }> {
    const attempt = {
      state: randomState(),
      nonce: randomNonce(),
      codeVerifier: randomPKCECodeVerifier(),
      redirectUri,
    };
    const url = buildAuthorizationUrl(await this.provider(oidc), {
      redirect_uri: redirectUri,
      scope: oidc.scopes,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, attempt };
  }

  /** The person's claims, of the ID token and the userinfo endpoint. @throws Error where anything does not fit */
  async finish(query: string, attempt: OidcAttempt, oidc: OidcConfig): Promise<OidcClaims> {
    const provider = await this.provider(oidc);
    const current = new URL(attempt.redirectUri);
    current.search = query;
    const tokens = await authorizationCodeGrant(provider, current, {
      pkceCodeVerifier: attempt.codeVerifier,
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('the provider sent no ID token');
    if (provider.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await fetchUserInfo(provider, tokens.access_token, claims.sub)), ...claims };
  }

  /** Asked once; again after a failure. */
  private provider(oidc: OidcConfig): Promise<Configuration> {
    this.discovered ??= discovery(
      new URL(oidc.issuer),
      oidc.clientId,
      oidc.clientSecret ?? undefined,
      oidc.clientSecret === null ? None() : undefined,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the settings allow http on loopback only
      { timeout: TIMEOUT_S, ...(oidc.issuer.startsWith('http:') && { execute: [allowInsecureRequests] }) },
    ).catch((error: unknown) => {
      this.discovered = null;
      throw error;
    });
    return this.discovered;
  }

  get settings(): OidcConfig | null {
    return this.config.oidc;
  }
}
