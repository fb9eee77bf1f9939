import { inject } from '@angular/core';
import { type CanActivateFn, RedirectCommand, Router } from '@angular/router';
import { Session } from './session';

/**
 * Sends a visitor without a session to the login, and one whose password somebody else made to the page where they
 * choose their own; both remember where they wanted to go.
 */
export const signedIn: CanActivateFn = (_route, { url }) => {
  const router = inject(Router);
  const user = inject(Session).user();
  if (user !== null && !user.mustChangePassword) return true;
  const queryParams = url === '/' ? {} : { returnTo: url };
  const path = user === null ? '/login' : '/change-password';
  return new RedirectCommand(router.createUrlTree([path], { queryParams }));
};

/** Only for those who cannot go on before they have chosen a password. */
export const mustChangePassword: CanActivateFn = () =>
  inject(Session).user()?.mustChangePassword === true || new RedirectCommand(inject(Router).parseUrl('/'));

/** The login is for those who are not signed in. */
export const signedOut: CanActivateFn = () =>
  inject(Session).user() === null || new RedirectCommand(inject(Router).parseUrl('/'));
