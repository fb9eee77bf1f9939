import { inject } from '@angular/core';
import { type CanMatchFn, type Routes } from '@angular/router';
import { ROLES, type Role } from '@ollameter/admin-contract';
import { Session } from '../session/session';
import type { IconName } from '../ui/icon';

/** One entry of the navigation. */
export interface Page {
  path: string;
  title: string;
  icon: IconName;
  group: 'use' | 'manage' | 'admin' | 'own';
  roles: readonly Role[];
  /** The page's routes (default export of its `routes.ts`); null while the page is not built. */
  load: (() => Promise<{ default: Routes }>) | null;
}

const ADMIN: readonly Role[] = ['admin'];
/** Everybody but members, who see what is their own. */
const STAFF: readonly Role[] = ['admin', 'operator', 'viewer'];

/** Every page of the portal, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  {
    path: 'overview',
    title: 'Overview',
    icon: 'overview',
    group: 'use',
    roles: ROLES,
    load: () => import('../overview/routes'),
  },
  {
    path: 'live',
    title: 'Live',
    icon: 'live',
    group: 'use',
    roles: ROLES,
    load: () => import('../live/routes'),
  },
  {
    path: 'logs',
    title: 'Logs',
    icon: 'logs',
    group: 'use',
    roles: ROLES,
    load: () => import('../logs/routes'),
  },
  {
    path: 'playground',
    title: 'Playground',
    icon: 'playground',
    group: 'use',
    roles: ROLES,
    load: () => import('../playground/routes'),
  },
  {
    path: 'keys',
    title: 'Keys',
    icon: 'key',
    group: 'manage',
    roles: ROLES,
    load: () => import('../keys/routes'),
  },
  {
    path: 'models',
    title: 'Models',
    icon: 'model',
    group: 'manage',
    roles: ROLES,
    load: () => import('../models/routes'),
  },
  {
    path: 'energy',
    title: 'Energy & cost',
    icon: 'energy',
    group: 'manage',
    roles: STAFF,
    load: () => import('../energy/routes'),
  },
  { path: 'people', title: 'People', icon: 'people', group: 'admin', roles: ADMIN, load: null },
  { path: 'audit', title: 'Audit', icon: 'audit', group: 'admin', roles: ADMIN, load: null },
  { path: 'settings', title: 'Settings', icon: 'settings', group: 'admin', roles: ADMIN, load: null },
  { path: 'me', title: 'Me', icon: 'me', group: 'own', roles: ROLES, load: null },
];

/** The pages that exist and that this role may open. */
export function pagesFor(role: Role | undefined): Page[] {
  return PAGES.filter((page) => page.load !== null && role !== undefined && page.roles.includes(role));
}

/** A page that a role may not open is, for it, not there. */
export function mayOpen(page: Page): CanMatchFn {
  return () => pagesFor(inject(Session).user()?.role).includes(page);
}
