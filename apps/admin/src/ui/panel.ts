import { Component, computed, inject, input } from '@angular/core';
import { Connection } from '../data/connection';
import type { Polled } from '../data/polled';
import { EmptyState } from './empty-state';

/**
 * What every panel that asks the gateway goes through: skeleton, error with "Try again", old figures while newer ones
 * are on their way. The content is shown as soon as there is a value:
 * `<om-panel [source]="overview" label="Totals"> <ng-container skeleton>…</ng-container> … </om-panel>`
 */
@Component({
  selector: 'om-panel',
  imports: [EmptyState],
  template: `
    @if (source().isPending()) {
      <div role="status">
        <span class="sr">Loading {{ label() }}</span
        ><ng-content select="[skeleton]" />
      </div>
    } @else if (source().value() === undefined) {
      <om-empty-state [icon]="offline() ? 'offline' : 'warning'" [heading]="heading()" bad>
        <p>{{ source().failure()?.message }}</p>
        <div class="row">
          <button type="button" class="btn" (click)="source().reload()">Try again</button>
        </div>
      </om-empty-state>
    } @else {
      <ng-content />
    }
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
      transition: opacity var(--dur-base) 150ms;
    }
    :host(.stale) {
      opacity: 0.55;
    }
  `,
  host: { '[class.stale]': 'source().isStale()', '[attr.aria-busy]': 'source().isStale() || null' },
})
export class Panel {
  readonly source = input.required<Polled<unknown>>();
  /** What the panel shows, in lower case: "totals". */
  readonly label = input.required<string>();
  private readonly connection = inject(Connection);
  protected readonly offline = computed(() => this.connection.lostAt() !== null);
  protected readonly heading = computed(() =>
    this.offline() ? 'The gateway does not answer' : `Could not load ${this.label()}`,
  );
}
