import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  type ApplicationConfig,
  DOCUMENT,
  inject,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
} from '@angular/core';
import {
  provideRouter,
  TitleStrategy,
  withComponentInputBinding,
  withInMemoryScrolling,
} from '@angular/router';
import { watchConnection } from './data/connection';
import { markPolls } from './data/poll-mark';
import { routes } from './routes';
import { endExpiredSession } from './session/expired-session';
import { Session } from './session/session';
import { PageTitle } from './shell/page-title';
import { PAGES } from './shell/pages';
import { Theme } from './shell/theme';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideZonelessChangeDetection(),
    provideHttpClient(withInterceptors([endExpiredSession, watchConnection, markPolls])),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled', anchorScrolling: 'enabled' }),
    ),
    { provide: TitleStrategy, useExisting: PageTitle },
    provideAppInitializer(() => {
      inject(Theme);
      fetchAhead(inject(DOCUMENT).location.pathname);
      return inject(Session).restore();
    }),
  ],
};

/** Loads the frame and the page while the gateway is still asked who is there: most visitors have a session. */
function fetchAhead(pathname: string): void {
  const [, first = ''] = pathname.split('/');
  const page = PAGES.find(({ path }) => path === (first || 'overview'));
  if (page === undefined) return;
  void import('./shell/shell').catch(() => undefined);
  void page.load?.().catch(() => undefined);
}
