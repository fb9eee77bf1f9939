import { inject } from '@angular/core';
import type { CanMatchFn, LoadChildren } from '@angular/router';
import type { Permission } from '@ollameter/admin-contract';
import { OVERVIEW } from '../overview/routes';
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
  /** Its routes: with the frame for the page on which people land, when it is opened for every other. */
  routes: LoadChildren;
}

/** Every page of the portal, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  {
    path: 'overview',
    title: 'Overview',
    icon: 'overview',
    group: 'use',
    needs: 'analytics:read',
    routes: () => OVERVIEW,
  },
  {
    path: 'live',
    title: 'Live',
    icon: 'live',
    group: 'use',
    needs: 'live:read',
    routes: () => import('../live/routes'),
  },
  {
    path: 'logs',
    title: 'Logs',
    icon: 'logs',
    group: 'use',
    needs: 'logs:read',
    routes: () => import('../logs/routes'),
  },
  {
    path: 'playground',
    title: 'Playground',
    icon: 'playground',
    group: 'use',
    needs: 'models:read',
    routes: () => import('../playground/routes'),
  },
  {
    path: 'keys',
    title: 'Keys',
    icon: 'key',
    group: 'manage',
    needs: 'keys:read',
    routes: () => import('../keys/routes'),
  },
  {
    path: 'models',
    title: 'Models',
    icon: 'model',
    group: 'manage',
    needs: 'models:read',
    routes: () => import('../models/routes'),
  },
  {
    path: 'energy',
    title: 'Energy & cost',
    icon: 'energy',
    group: 'manage',
    needs: 'energy:read',
    routes: () => import('../energy/routes'),
  },
  {
    path: 'people',
    title: 'People',
    icon: 'people',
    group: 'admin',
    needs: 'users:manage',
    routes: () => import('../people/routes'),
  },
  {
    path: 'audit',
    title: 'Audit',
    icon: 'audit',
    group: 'admin',
    needs: 'audit:read',
    routes: () => import('../audit/routes'),
  },
  {
    path: 'settings',
    title: 'Settings',
    icon: 'settings',
    group: 'admin',
    needs: 'settings:read',
    routes: () => import('../settings/routes'),
  },
  {
    path: 'me',
    title: 'Me',
    icon: 'me',
    group: 'own',
    needs: 'session:own',
    routes: () => import('../me/routes'),
  },
];

/** The pages that this person may open. */
export function pagesFor(session: Session): Page[] {
  return PAGES.filter(({ needs }) => session.may(needs));
}

/** Whether the person may open a page. */
export function mayOpen(page: Page): CanMatchFn {
  return () => inject(Session).may(page.needs);
}
