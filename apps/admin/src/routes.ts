import type { Routes } from '@angular/router';
import { signedIn, signedOut } from './session/signed-in';
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
    path: '',
    canActivate: [signedIn],
    loadComponent: () => import('./shell/shell').then(({ Shell }) => Shell),
    children: [
      ...PAGES.flatMap((page) =>
        page.load === null
          ? []
          : [{ path: page.path, title: page.title, canMatch: [mayOpen(page)], loadChildren: page.load }],
      ),
      { path: '', pathMatch: 'full' as const, redirectTo: 'overview' },
      {
        path: '**',
        title: 'Not found',
        loadComponent: () => import('./shell/not-found').then(({ NotFound }) => NotFound),
      },
    ],
  },
];
