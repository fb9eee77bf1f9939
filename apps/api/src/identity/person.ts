import type { Role, SessionUser } from '@ollameter/admin-contract';
import { GRANTS } from './permission';

/** What the database says of somebody who may log in. */
export interface Person {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  readsPrompts: boolean;
  mustChangePassword: boolean;
}

/** The columns of a Person, of `admin_user u`. */
export const PERSON = `
  u.id, u.email, u.name, u.role, u.reads_prompts AS "readsPrompts", u.must_change_password AS "mustChangePassword"`;

export function toSessionUser({
  id,
  email,
  name,
  role,
  readsPrompts,
  mustChangePassword,
}: Person): SessionUser {
  return {
    id,
    email,
    name,
    role,
    permissions: [...GRANTS[role]],
    readsPrompts: readsPrompts || role === 'admin',
    mustChangePassword,
  };
}
