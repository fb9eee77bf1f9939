import type { Limits, LimitsUse } from './key';
import type { Role } from './permission';

/**
 * What somebody without `keys:write` may make for themselves. Limits of the person hold for all their keys together,
 * whoever made them.
 */
export interface OwnKeys {
  /** May make keys while they have fewer than this that are not revoked, those made for them among them; 0–1000, 0 is none. */
  max: number;
  /** The most that such a key may use, as `allowedModels` of a key. Empty is every model. */
  allowedModels: string[];
}

/** One person of `GET /api/users`. */
export interface UserItem {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  readsPrompts: boolean;
  createdAt: string;
  passwordChangedAt: string;
  mustChangePassword: boolean;
  /** Null while the person may log in. */
  disabledAt: string | null;
  lastSeenAt: string | null;
  totp: boolean;
  /** Logs in by OIDC. */
  oidc: boolean;
  sessions: number;
  keys: number;
  /** Of all keys of the person together; each key has its own besides. */
  limits: Required<Limits>;
  limitsUse: LimitsUse;
  ownKeys: OwnKeys;
}

/** `GET /api/users`. */
export interface UserList {
  items: UserItem[];
}

/** `POST /api/users`: invites a person. */
export interface UserInput {
  email: string;
  name?: string | null;
  role: Role;
  readsPrompts?: boolean;
  limits?: Limits;
  /** Default: none. */
  ownKeys?: OwnKeys;
}

/** `PATCH /api/users/{id}`: only the fields given change; `limits` and `ownKeys` are replaced whole. The last admin can be neither disabled nor demoted. */
export interface UserChange {
  email?: string;
  name?: string | null;
  role?: Role;
  readsPrompts?: boolean;
  disabled?: boolean;
  limits?: Limits;
  ownKeys?: OwnKeys;
}

/** `201` of `POST /api/users` and `200` of `POST /api/users/{id}/reset-password`: the password, shown once. */
export interface UserWithPassword {
  user: UserItem;
  password: string;
}
