import type { UserItem } from '@ollameter/admin-contract';
import type { StoredUser } from '../../identity/admin-user.repository';

/** A person as the admin API tells them. */
export function toUserItem(user: StoredUser): UserItem {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    readsPrompts: user.readsPrompts || user.role === 'admin',
    createdAt: user.createdAt.toISOString(),
    passwordChangedAt: user.passwordChangedAt.toISOString(),
    mustChangePassword: user.mustChangePassword,
    disabledAt: user.disabledAt?.toISOString() ?? null,
    lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
    totp: user.totp,
    oidc: user.oidc,
    sessions: user.sessions,
    keys: user.keys,
  };
}

/** Of a person, what a change may have changed: counts and times of use are no change. */
export function auditedUser(user: StoredUser): object {
  const { email, name, role, readsPrompts, disabledAt, totp } = toUserItem(user);
  return { email, name, role, readsPrompts, disabled: disabledAt !== null, totp };
}
