import type { Permission, TokenScope } from '@ollameter/admin-contract';

/** What a scope may ask for at most; the owner's role is the other limit. Credentials need a session. */
const SCOPE_PERMISSIONS: Record<TokenScope, (permission: Permission) => boolean> = {
  full: (permission) => permission !== 'account:own',
  read: (permission) => permission.endsWith(':read'),
  keys: (permission) => permission.startsWith('keys:'),
  models: (permission) => permission.startsWith('models:'),
  logs: (permission) => permission === 'logs:read',
  analytics: (permission) => permission === 'analytics:read',
  energy: (permission) => permission.startsWith('energy:') || permission === 'meters:write',
  metrics: (permission) => permission === 'metrics:read',
};

/** Of what the owner may, what the token's scopes leave. Every token may ask whose it is. */
export function scopedPermissions(
  granted: readonly Permission[],
  scopes: readonly TokenScope[],
): Permission[] {
  return granted.filter(
    (permission) =>
      permission === 'session:own' || scopes.some((scope) => SCOPE_PERMISSIONS[scope](permission)),
  );
}
