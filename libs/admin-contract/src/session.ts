export const ROLES = ['admin', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** `POST /api/auth/login`. */
export interface LoginRequest {
  email: string;
  password: string;
}

/** `GET /api/auth/me` and the answer to a login. */
export interface SessionUser {
  id: string;
  email: string;
  role: Role;
}
