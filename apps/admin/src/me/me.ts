import { Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Session } from '../session/session';

/** One's own page, whatever one's role: use and keys, account, tokens. */
@Component({
  selector: 'om-me',
  imports: [RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    <div class="page">
      <div class="page-head">
        <div>
          <h1>{{ user()?.name ?? 'Me' }}</h1>
          <p>{{ user()?.email }}, {{ user()?.role }}</p>
        </div>
      </div>
      <nav class="tabs" aria-label="Parts of this page">
        @for (part of parts; track part.path) {
          <a
            [routerLink]="part.path"
            routerLinkActive
            [routerLinkActiveOptions]="{ exact: true }"
            ariaCurrentWhenActive="page"
            >{{ part.name }}</a
          >
        }
      </nav>
      <router-outlet />
    </div>
  `,
  styles: `
    router-outlet {
      display: none;
    }
  `,
})
export class Me {
  protected readonly user = inject(Session).user;
  protected readonly parts = [
    { path: '/me', name: 'Use and keys' },
    { path: '/me/account', name: 'Account and security' },
    { path: '/me/tokens', name: 'API tokens' },
  ] as const;
}
