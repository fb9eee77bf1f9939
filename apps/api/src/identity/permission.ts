import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import {
  type Permission as PermissionName,
  PERMISSIONS,
  type Role,
  type SessionUser,
} from '@ollameter/admin-contract';

export type Permission = PermissionName;

const VIEWER: readonly Permission[] = [
  'session:own',
  'account:own',
  'status:read',
  'live:read',
  'keys:read',
  'keys:own',
  'logs:read',
  'analytics:read',
  'energy:read',
  'models:read',
  'metrics:read',
];

/** What each role may do. Members reach only what is their own: see `ownerReach`. */
export const GRANTS: Record<Role, ReadonlySet<Permission>> = {
  admin: new Set(PERMISSIONS),
  operator: new Set<Permission>([
    ...VIEWER,
    'live:cancel',
    'keys:write',
    'energy:write',
    'models:write',
    'settings:read',
  ]),
  viewer: new Set(VIEWER),
  member: new Set<Permission>([
    'session:own',
    'account:own',
    'status:read',
    'live:read',
    'live:cancel',
    'keys:read',
    'keys:own',
    'logs:read',
    'logs:erase',
    'analytics:read',
    'models:read',
  ]),
};

/** A route's declaration: a permission, or open to everybody who reaches the admin plane. */
export type Access = Permission | 'public';

export const ACCESS_METADATA = 'ollameter:access';

/** The route needs a session or token whose role has this permission. */
export const Permission = (permission: Permission): CustomDecorator =>
  SetMetadata(ACCESS_METADATA, permission);

/** The route answers without a session. */
export const Public = (): CustomDecorator => SetMetadata(ACCESS_METADATA, 'public' satisfies Access);

/**
 * Whose keys, rows and figures somebody reaches: null is everybody's, else only those of this user. Every query
 * for a route that members may ask is narrowed by it; what is out of reach is a 404, as if it were not there.
 */
export function ownerReach({ id, role }: { id: string; role: Role }): string | null {
  return role === 'member' ? id : null;
}

/** Whose keys somebody may change: null is everybody's, else only those of this user. */
export function keyReach({ id, permissions }: Pick<SessionUser, 'id' | 'permissions'>): string | null {
  return permissions.includes('keys:write') ? null : id;
}
