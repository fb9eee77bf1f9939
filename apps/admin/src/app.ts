import { Component, DOCUMENT, inject, signal } from '@angular/core';
import { NavigationEnd, NavigationError, Router, RouterOutlet } from '@angular/router';
import { EmptyState } from './ui/empty-state';
import { Toasts } from './ui/toasts';

/** The root: a page in its frame, or the login, and the toasts above both. */
@Component({
  selector: 'om-root',
  imports: [EmptyState, RouterOutlet, Toasts],
  template: `
    @if (unloaded(); as url) {
      <main class="unloaded">
        <div class="card" role="alert">
          <om-empty-state icon="offline" heading="This page could not be loaded" bad>
            <p>The gateway did not answer, or was updated since the portal was opened.</p>
            <div class="row">
              <button type="button" class="btn" (click)="reload(url)">Load it again</button>
            </div>
          </om-empty-state>
        </div>
      </main>
    }
    <div [hidden]="unloaded()"><router-outlet /></div>
    <om-toasts />
  `,
  styles: `
    .unloaded {
      display: grid;
      place-content: center;
      min-height: 100dvh;
      padding: var(--sp-4);
    }
  `,
})
export class App {
  private readonly location = inject(DOCUMENT).location;
  /** The address whose script did not come. */
  protected readonly unloaded = signal<string | null>(null);

  constructor() {
    inject(Router).events.subscribe((event) => {
      if (event instanceof NavigationError) this.unloaded.set(event.url);
      else if (event instanceof NavigationEnd) this.unloaded.set(null);
    });
  }

  /** From the gateway, not from what this document knows: a script that failed once is not asked for again. */
  protected reload(url: string): void {
    this.location.assign(url);
  }
}
