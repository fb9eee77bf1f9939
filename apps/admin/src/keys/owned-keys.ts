import { Component, computed, inject, input, output } from '@angular/core';
import type { KeyPage } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { Session } from '../session/session';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { KeyDialogs } from './key-dialogs';
import { KeyTable } from './key-table';

const REFRESH_MS = 10_000;
const PAGE_SIZE = '100';

/** The keys of one person. */
@Component({
  selector: 'om-owned-keys',
  imports: [EmptyState, Icon, KeyDialogs, KeyTable, Panel, Skeleton],
  template: `
    <section class="card" aria-labelledby="owned-keys-title">
      <header>
        <h2 id="owned-keys-title">{{ heading() }}</h2>
        <span class="meta">{{ keys.value()?.total }}</span>
        @if (mayCreate()) {
          <span class="tools">
            <button type="button" class="btn sm" (click)="dialogs.create(ownerId())">
              <om-icon name="plus" />Create key
            </button>
          </span>
        }
      </header>
      <om-panel [source]="keys" label="keys">
        <div skeleton>
          @for (line of [1, 2]; track line) {
            <div class="ghost-row"><om-skeleton width="9rem" /><om-skeleton width="40%" /></div>
          }
        </div>
        @if (keys.value(); as page) {
          @if (page.items.length > 0) {
            <om-key-table isOwn [keys]="page.items" [dialogs]="dialogs" />
          } @else {
            <om-empty-state icon="key" heading="No keys">
              <p>{{ emptyText() }}</p>
            </om-empty-state>
          }
        }
      </om-panel>
    </section>
    <om-key-dialogs #dialogs (changed)="reload()" (removed)="reload()" />
  `,
})
export class OwnedKeys {
  readonly ownerId = input.required<string>();
  readonly heading = input.required<string>();
  readonly emptyText = input.required<string>();
  /** Whether one more may be made here; else only by who makes everybody's. */
  readonly mayMake = input(false);
  readonly changed = output();

  private readonly session = inject(Session);
  protected readonly mayCreate = computed(() => this.mayMake() || this.session.may('keys:write'));
  protected readonly keys = polled<KeyPage>(
    () => ({ url: '/api/keys', params: { ownerId: this.ownerId(), pageSize: PAGE_SIZE } }),
    { everyMs: REFRESH_MS },
  );

  protected reload(): void {
    this.keys.reload();
    this.changed.emit();
  }
}
