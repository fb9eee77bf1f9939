import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  type ApplicationConfig,
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
import { shareGets } from './data/shared-gets';
import { StatusFeed } from './data/status-feed';
import { routes } from './routes';
import { endExpiredSession } from './session/expired-session';
import { Session } from './session/session';
import { PageTitle } from './shell/page-title';
import { Theme } from './shell/theme';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideZonelessChangeDetection(),
    provideHttpClient(withInterceptors([endExpiredSession, watchConnection, markPolls, shareGets])),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled', anchorScrolling: 'enabled' }),
    ),
    { provide: TitleStrategy, useExisting: PageTitle },
    provideAppInitializer(async () => {
      inject(Theme);
      const [session, status] = [inject(Session), inject(StatusFeed)];
      await session.restore();
      // The pages' questions name the gateway's zone: known before the first page is built, they go out with it.
      if (session.isOpen()) await status.known();
    }),
  ],
};
