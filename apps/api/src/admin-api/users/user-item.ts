import type { UserItem } from '@ollameter/admin-contract';
import { wholeLimits } from '../../auth/whole-limits';
import type { StoredUser } from '../../identity/admin-user.repository';

/** A person as the admin API tells them, but for what is used of their limits. */
export function toUserItem(user: StoredUser): Omit<UserItem, 'limitsUse'> {
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
    limits: wholeLimits(user.limits),
    ownKeys: user.ownKeys,
  };
}

/** Of a person, what a change may have changed: counts and times of use are no change. */
export function auditedUser(user: StoredUser): object {
  const { email, name, role, readsPrompts, disabledAt, totp, limits, ownKeys } = toUserItem(user);
  return { email, name, role, readsPrompts, disabled: disabledAt !== null, totp, limits, ownKeys };
}
