import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { Role } from '@ollameter/admin-contract';

/** What a route of the admin plane may ask for. */
export const PERMISSIONS = [
  'session:own',
  'status:read',
  'logs:read',
  'analytics:read',
  'metrics:read',
  'energy:read',
  'energy:write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What each role may do. */
export const GRANTS: Record<Role, ReadonlySet<Permission>> = {
  admin: new Set(PERMISSIONS),
  viewer: new Set<Permission>(['session:own', 'status:read', 'logs:read', 'analytics:read', 'energy:read']),
};

/** A route's declaration: a permission, or open to everybody who reaches the admin plane. */
export type Access = Permission | 'public';

export const ACCESS_METADATA = 'ollameter:access';

/** The route needs a session or token whose role has this permission. */
export const Permission = (permission: Permission): CustomDecorator =>
  SetMetadata(ACCESS_METADATA, permission);

/** The route answers without a session. */
export const Public = (): CustomDecorator => SetMetadata(ACCESS_METADATA, 'public' satisfies Access);
