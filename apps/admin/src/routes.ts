import type { Routes } from '@angular/router';
import { mustChangePassword, signedIn, signedOut } from './session/signed-in';
import { PAGES, mayOpen } from './shell/pages';
import { Shell } from './shell/shell';

/** Every page, inside the frame. */
export const routes: Routes = [
  {
    path: 'login',
    title: 'Sign in',
    canActivate: [signedOut],
    loadComponent: () => import('./session/login').then(({ Login }) => Login),
  },
  {
    path: 'change-password',
    title: 'Choose a password',
    canActivate: [mustChangePassword],
    loadComponent: () => import('./session/forced-password').then(({ ForcedPassword }) => ForcedPassword),
  },
  {
    path: '',
    canActivate: [signedIn],
    component: Shell,
    children: [
      ...PAGES.map((page) => ({
        path: page.path,
        title: page.title,
        canMatch: [mayOpen(page)],
        loadChildren: page.routes,
      })),
      ...PAGES.map(({ path, title }) => ({
        path,
        title,
        data: { page: title },
        children: [
          {
            path: '**',
            loadComponent: () => import('./shell/no-access').then(({ NoAccess }) => NoAccess),
          },
        ],
      })),
      { path: '', pathMatch: 'full' as const, redirectTo: 'overview' },
      {
        path: '**',
        title: 'Not found',
        loadComponent: () => import('./shell/not-found').then(({ NotFound }) => NotFound),
      },
    ],
  },
];
