import type { Role } from '@ollameter/admin-contract';
import type { OidcConfig } from '../../config/app-config';

/** The role that a person's claims say; null is nobody here. A mapping's order is its precedence. */
export function roleOf(
  claims: Readonly<Record<string, unknown>>,
  { roles, rolesClaim, defaultRole }: Pick<OidcConfig, 'roles' | 'rolesClaim' | 'defaultRole'>,
): Role | null {
  const claim = claims[rolesClaim];
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return roles.find(({ value }) => values.includes(value))?.role ?? defaultRole;
}
