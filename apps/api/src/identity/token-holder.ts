import type { SessionUser } from '@ollameter/admin-contract';
import { GRANTS } from './permission';

/** Who holds `ADMIN_TOKEN`; not a person of the database. */
export const TOKEN_HOLDER: SessionUser = {
  id: '00000000-0000-0000-0000-000000000000',
  email: 'ADMIN_TOKEN',
  name: null,
  role: 'admin',
  // It has no account whose password could be changed.
  permissions: [...GRANTS.admin].filter((permission) => permission !== 'account:own'),
  readsPrompts: true,
  mustChangePassword: false,
};
