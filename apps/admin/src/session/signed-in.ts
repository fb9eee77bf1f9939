import { inject } from '@angular/core';
import { type CanActivateFn, RedirectCommand, Router } from '@angular/router';
import { Session } from './session';

/** Sends a visitor without a session to the login, and remembers where they wanted to go. */
export const signedIn: CanActivateFn = (_route, { url }) => {
  const router = inject(Router);
  if (inject(Session).user() !== null) return true;
  const queryParams = url === '/' ? {} : { returnTo: url };
  return new RedirectCommand(router.createUrlTree(['/login'], { queryParams }));
};

/** The login is for those who are not signed in. */
export const signedOut: CanActivateFn = () =>
  inject(Session).user() === null || new RedirectCommand(inject(Router).parseUrl('/'));
