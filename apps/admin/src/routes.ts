import type { Routes } from '@angular/router';
import { mustChangePassword, signedIn, signedOut } from './session/signed-in';
import { PAGES, mayOpen } from './shell/pages';

/** Every page that exists, inside the frame; each is loaded when it is first opened. */
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
    loadComponent: () => import('./shell/shell').then(({ Shell }) => Shell),
    children: [
      ...PAGES.flatMap((page) =>
        page.load === null
          ? []
          : [{ path: page.path, title: page.title, canMatch: [mayOpen(page)], loadChildren: page.load }],
      ),
      ...PAGES.filter(({ load }) => load !== null).map(({ path, title }) => ({
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
