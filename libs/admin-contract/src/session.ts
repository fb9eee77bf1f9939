import type { Permission, Role } from './permission';

/** `POST /api/auth/login`. */
export interface LoginRequest {
  email: string;
  password: string;
  /** Six digits of the authenticator, or a recovery code; asked for by a `401` with code `totp_required`. */
  code?: string;
}

/** `GET /api/auth/me` and the answer to a login. */
export interface SessionUser {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  /** What this session or token may do. */
  permissions: readonly Permission[];
  /** May read the prompts and answers of others. */
  readsPrompts: boolean;
  /** A password that somebody else made: only changing it is allowed until then. */
  mustChangePassword: boolean;
}

/** `GET /api/auth/methods`: how one may log in here. */
export interface LoginMethods {
  password: boolean;
  /** Null where no OIDC provider is set; `url` starts the login there. */
  oidc: { name: string; url: string } | null;
}

/** Sent (`1`) by the portal with what it asks by itself, so that an open page does not keep a session alive for ever. */
export const POLL_HEADER = 'x-ollameter-poll';
