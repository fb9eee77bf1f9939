import type { Limits, LimitsUse } from './key';
import type { Role } from './permission';

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
}

/** `PATCH /api/users/{id}`: only the fields given change; `limits` is replaced whole. The last admin can be neither disabled nor demoted. */
export interface UserChange {
  email?: string;
  name?: string | null;
  role?: Role;
  readsPrompts?: boolean;
  disabled?: boolean;
  limits?: Limits;
}

/** `201` of `POST /api/users` and `200` of `POST /api/users/{id}/reset-password`: the password, shown once. */
export interface UserWithPassword {
  user: UserItem;
  password: string;
}
