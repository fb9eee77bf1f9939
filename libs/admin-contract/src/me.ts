import type { TokenScope } from './permission';
import type { SessionUser } from './session';
import type { OwnKeys } from './user';

/** `GET /api/me`: one's own page. */
export interface MyAccount extends SessionUser {
  createdAt: string;
  passwordChangedAt: string;
  /** False for people who only log in by OIDC. */
  hasPassword: boolean;
  totp: boolean;
  recoveryCodesLeft: number;
  /** How many keys one has that are not revoked. */
  keys: number;
  ownKeys: OwnKeys;
}

/** `POST /api/me/password`: ends all other sessions. */
export interface PasswordChange {
  currentPassword: string;
  /** At least 10 characters. */
  newPassword: string;
}

/** `GET /api/me/sessions`, `GET /api/users/{id}/sessions`. */
export interface SessionItem {
  id: string;
  createdAt: string;
  /** To the minute. */
  lastSeenAt: string;
  expiresAt: string;
  clientAddress: string | null;
  userAgent: string | null;
  /** The session that asks. */
  current: boolean;
}
export interface SessionList {
  items: SessionItem[];
}

/** One of `GET /api/me/tokens`. */
export interface TokenItem {
  id: string;
  name: string;
  scopes: TokenScope[];
  /** The first characters, to recognise it by. */
  prefix: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}
export interface TokenList {
  items: TokenItem[];
}

/** `POST /api/me/tokens`. */
export interface TokenInput {
  name: string;
  scopes: TokenScope[];
  /** ISO; absent or null: does not expire. */
  expiresAt?: string | null;
}

/** `201` of `POST /api/me/tokens`: the secret, shown once. */
export interface NewToken extends TokenItem {
  /** `om-pat-…`, sent as bearer. */
  secret: string;
}

/** `POST /api/me/totp`: not in force until confirmed. */
export interface TotpSetup {
  /** Base32. */
  secret: string;
  /** `otpauth://totp/…`, to be shown as a QR code. */
  uri: string;
}

/** `POST /api/me/totp/confirm`, `POST /api/me/totp/recovery-codes`: shown once, each works once. */
export interface RecoveryCodes {
  codes: string[];
}
