import { inject } from '@angular/core';
import { type CanMatchFn, type Routes } from '@angular/router';
import type { Permission } from '@ollameter/admin-contract';
import { Session } from '../session/session';
import type { IconName } from '../ui/icon';

/** One entry of the navigation. */
export interface Page {
  path: string;
  title: string;
  icon: IconName;
  group: 'use' | 'manage' | 'admin' | 'own';
  /** What the person has to be allowed for the page to make sense. */
  needs: Permission;
  /** The page's routes (default export of its `routes.ts`); null while the page is not built. */
  load: (() => Promise<{ default: Routes }>) | null;
}

/** Every page of the portal, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  {
    path: 'overview',
    title: 'Overview',
    icon: 'overview',
    group: 'use',
    needs: 'analytics:read',
    load: () => import('../overview/routes'),
  },
  {
    path: 'live',
    title: 'Live',
    icon: 'live',
    group: 'use',
    needs: 'live:read',
    load: () => import('../live/routes'),
  },
  {
    path: 'logs',
    title: 'Logs',
    icon: 'logs',
    group: 'use',
    needs: 'logs:read',
    load: () => import('../logs/routes'),
  },
  {
    path: 'playground',
    title: 'Playground',
    icon: 'playground',
    group: 'use',
    needs: 'models:read',
    load: () => import('../playground/routes'),
  },
  {
    path: 'keys',
    title: 'Keys',
    icon: 'key',
    group: 'manage',
    needs: 'keys:read',
    load: () => import('../keys/routes'),
  },
  {
    path: 'models',
    title: 'Models',
    icon: 'model',
    group: 'manage',
    needs: 'models:read',
    load: () => import('../models/routes'),
  },
  {
    path: 'energy',
    title: 'Energy & cost',
    icon: 'energy',
    group: 'manage',
    needs: 'energy:read',
    load: () => import('../energy/routes'),
  },
  {
    path: 'people',
    title: 'People',
    icon: 'people',
    group: 'admin',
    needs: 'users:manage',
    load: () => import('../people/routes'),
  },
  {
    path: 'audit',
    title: 'Audit',
    icon: 'audit',
    group: 'admin',
    needs: 'audit:read',
    load: () => import('../audit/routes'),
  },
  {
    path: 'settings',
    title: 'Settings',
    icon: 'settings',
    group: 'admin',
    needs: 'settings:read',
    load: () => import('../settings/routes'),
  },
  {
    path: 'me',
    title: 'Me',
    icon: 'me',
    group: 'own',
    needs: 'session:own',
    load: () => import('../me/routes'),
  },
];

/** The pages that exist and that this person may open. */
export function pagesFor(session: Session): Page[] {
  return PAGES.filter(({ load, needs }) => load !== null && session.may(needs));
}

/** Whether the person may open a page. */
export function mayOpen(page: Page): CanMatchFn {
  return () => inject(Session).may(page.needs);
}
