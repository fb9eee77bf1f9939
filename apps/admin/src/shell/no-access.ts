import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Session } from '../session/session';
import { EmptyState } from '../ui/empty-state';
import { pagesFor } from './pages';

/** A page that exists, but not for this role. */
@Component({
  selector: 'om-no-access',
  imports: [EmptyState, RouterLink],
  template: `
    <h1 class="sr">{{ page() }}</h1>
    <div class="card">
      <om-empty-state icon="people" [heading]="page() + ' is not open to your role'">
        <p>
          You are signed in as {{ user()?.email }}, {{ user()?.role }}. An admin can give you another role
          under People.
        </p>
        @if (first(); as other) {
          <div class="row">
            <a class="btn" [routerLink]="'/' + other.path">Go to {{ other.title }}</a>
          </div>
        }
      </om-empty-state>
    </div>
  `,
})
export class NoAccess {
  /** Title of the page that was asked for; from the route. */
  readonly page = input.required<string>();
  private readonly session = inject(Session);
  protected readonly user = this.session.user;
  protected readonly first = computed(() => pagesFor(this.session).at(0));
}
