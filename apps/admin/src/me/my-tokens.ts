import { HttpClient } from '@angular/common/http';
import { Component, inject, signal } from '@angular/core';
import type { NewToken, TokenItem, TokenList } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { Clock } from '../data/clock';
import { polled } from '../data/polled';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { TimeText } from '../ui/time-text';
import { ToastList } from '../ui/toast-list';
import { TokenForm } from './token-form';
import { TokenSecret } from './token-secret';

/** Personal tokens for scripts that use the admin API. */
@Component({
  selector: 'om-my-tokens',
  imports: [ConfirmDialog, EmptyState, Icon, Panel, Skeleton, TimeText, TokenForm, TokenSecret],
  template: `
    <section class="card" aria-labelledby="tokens-title">
      <header>
        <h2 id="tokens-title">API tokens</h2>
        <span class="meta">{{ tokens.value()?.items?.length }}</span>
        <span class="tools">
          <button type="button" class="btn sm" (click)="isCreating.set(true)">
            <om-icon name="plus" />Create token
          </button>
        </span>
      </header>
      <om-panel [source]="tokens" label="tokens">
        <div skeleton>
          <div class="ghost-row"><om-skeleton width="9rem" /><om-skeleton width="40%" /></div>
        </div>
        @if (tokens.value(); as list) {
          @if (list.items.length === 0) {
            <om-empty-state icon="key" heading="No tokens">
              <p>
                A token lets a script use this portal's API in your name: read the log, make keys, scrape
                metrics. Programs that talk to models need a key instead.
              </p>
            </om-empty-state>
          } @else {
            <div class="tscroll">
              <table class="tbl two cards">
                <thead>
                  <tr>
                    <th>Name</th>
                    <th>Token</th>
                    <th>May</th>
                    <th>Created</th>
                    <th>Last used</th>
                    <th>Ends</th>
                    <th><span class="sr">Actions</span></th>
                  </tr>
                </thead>
                <tbody>
                  @for (token of list.items; track token.id) {
                    <tr>
                      <td class="name med">{{ token.name }}</td>
                      <td data-label="Token" class="mono soft">{{ token.prefix }}…</td>
                      <td data-label="May" class="soft fill" [attr.title]="token.scopes.join(', ')">
                        {{ token.scopes.join(', ') }}
                      </td>
                      <td data-label="Created" class="soft"><om-time [at]="token.createdAt" /></td>
                      <td data-label="Last used" class="soft">
                        @if (token.lastUsedAt; as at) {
                          <om-time [at]="at" />
                        } @else {
                          never
                        }
                      </td>
                      <td data-label="Ends" class="soft">
                        @if (token.expiresAt; as at) {
                          @if (isOver(at)) {
                            <span class="chip warn">Expired</span>
                          } @else {
                            <om-time [at]="at" />
                          }
                        } @else {
                          never
                        }
                      </td>
                      <td class="tools num">
                        <button
                          type="button"
                          class="btn sm"
                          [attr.aria-label]="'Delete ' + token.name"
                          (click)="doomed.set(token)"
                        >
                          <om-icon name="trash" />Delete
                        </button>
                      </td>
                    </tr>
                  }
                </tbody>
              </table>
            </div>
          }
        }
      </om-panel>
    </section>
    @if (isCreating()) {
      <om-token-form (made)="show($event)" (closed)="isCreating.set(false)" />
    }
    @if (made(); as token) {
      <om-token-secret [token]="token" (closed)="made.set(null)" />
    }
    @if (doomed(); as token) {
      <om-confirm-dialog
        [heading]="'Delete ' + token.name + '?'"
        action="Delete token"
        [failure]="removal.failure()"
        [isBusy]="removal.isBusy()"
        (confirmed)="remove(token)"
        (closed)="keep()"
      >
        <p class="soft">Whatever uses it is refused from now on. What it did stays in the audit.</p>
      </om-confirm-dialog>
    }
  `,
})
export class MyTokens {
  private readonly http = inject(HttpClient);
  private readonly toasts = inject(ToastList);
  private readonly now = inject(Clock).nowMs;
  protected readonly removal = new Action();
  protected readonly isCreating = signal(false);
  protected readonly made = signal<NewToken | null>(null);
  protected readonly doomed = signal<TokenItem | null>(null);
  protected readonly tokens = polled<TokenList>(() => '/api/me/tokens');

  protected isOver(at: string): boolean {
    return Date.parse(at) <= this.now();
  }

  protected show(token: NewToken): void {
    this.isCreating.set(false);
    this.made.set(token);
    this.tokens.reload();
  }

  protected keep(): void {
    this.doomed.set(null);
    this.removal.reset();
  }

  protected remove(token: TokenItem): void {
    void this.removal.run(this.http.delete(`/api/me/tokens/${token.id}`), () => {
      this.keep();
      this.toasts.show(`${token.name} is deleted.`);
      this.tokens.reload();
    });
  }
}
