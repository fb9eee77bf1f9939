/** What a route of the admin plane may ask for. */
export const PERMISSIONS = [
  'session:own',
  'account:own',
  'status:read',
  'live:read',
  'live:cancel',
  'keys:read',
  'keys:write',
  'keys:own',
  'logs:read',
  'logs:erase',
  'analytics:read',
  'energy:read',
  'energy:write',
  'meters:write',
  'models:read',
  'models:write',
  'users:manage',
  'audit:read',
  'settings:read',
  'settings:write',
  'metrics:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * - `admin`: everything.
 * - `operator`: keys, models, tariffs and settings to look at; no people, no audit, no meters (the gateway calls the
 *   addresses that they name).
 * - `viewer`: figures; texts only where the person is allowed to read prompts; own keys as a member.
 * - `member`: own requests, own usage, and own keys: to rename, rotate and revoke, and to make within `ownKeys`.
 */
export const ROLES = ['admin', 'operator', 'viewer', 'member'] as const;
export type Role = (typeof ROLES)[number];

/** What a personal token may do; never more than its owner's role. `full` is all that the owner may. */
export const TOKEN_SCOPES = [
  'full',
  'read',
  'keys',
  'models',
  'logs',
  'analytics',
  'energy',
  'metrics',
] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];
