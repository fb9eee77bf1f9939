import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input } from '@angular/core';
import type { SessionItem, SessionList } from '@ollameter/admin-contract';
import { toFailure } from '../data/failure';
import { polled } from '../data/polled';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { TimeText } from '../ui/time-text';
import { ToastList } from '../ui/toast-list';
import { deviceName } from './device-name';

/** The sessions of a person, each of which can be ended. */
@Component({
  selector: 'om-session-card',
  imports: [Icon, Panel, Skeleton, TimeText],
  template: `
    <section class="card" aria-labelledby="sessions-title">
      <header>
        <h2 id="sessions-title">{{ heading() }}</h2>
        <span class="meta">{{ sessions.value()?.items?.length }}</span>
        @if (others() > 1 || (others() === 1 && !hasCurrent())) {
          <span class="tools">
            <button type="button" class="btn sm" (click)="endAll()">
              {{ hasCurrent() ? 'End all others' : 'End all' }}
            </button>
          </span>
        }
      </header>
      <om-panel [source]="sessions" label="sessions">
        <div skeleton>
          <div class="ghost-row"><om-skeleton width="11rem" /><om-skeleton width="40%" /></div>
        </div>
        @if (sessions.value(); as list) {
          @if (list.items.length === 0) {
            <p class="none muted">Not signed in anywhere.</p>
          } @else {
            <div class="tscroll">
              <table class="tbl two cards">
                <thead>
                  <tr>
                    <th>Device</th>
                    <th>Address</th>
                    <th>Signed in</th>
                    <th>Last seen</th>
                    <th>Ends</th>
                    <th><span class="sr">Actions</span></th>
                  </tr>
                </thead>
                <tbody>
                  @for (session of list.items; track session.id) {
                    <tr>
                      <td class="name" [attr.title]="session.userAgent">
                        <span class="row">
                          <span class="med">{{ deviceName(session.userAgent) }}</span>
                          @if (session.current) {
                            <span class="chip info">This one</span>
                          }
                        </span>
                      </td>
                      <td data-label="Address" class="mono soft">{{ session.clientAddress ?? '–' }}</td>
                      <td data-label="Signed in" class="soft"><om-time [at]="session.createdAt" /></td>
                      <td data-label="Last seen" class="soft"><om-time [at]="session.lastSeenAt" /></td>
                      <td data-label="Ends" class="soft"><om-time [at]="session.expiresAt" /></td>
                      <td class="tools num">
                        @if (!session.current) {
                          <button
                            type="button"
                            class="btn sm"
                            [attr.aria-label]="'End the session of ' + deviceName(session.userAgent)"
                            (click)="end(session)"
                          >
                            <om-icon name="sign-out" />End
                          </button>
                        }
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
  `,
  styles: `
    .none {
      padding: var(--sp-4) var(--sp-5);
    }
  `,
})
export class SessionCard {
  /** `GET` lists them; `DELETE` ends all but the own, `DELETE …/{id}` one. */
  readonly url = input.required<string>();
  readonly heading = input.required<string>();

  private readonly http = inject(HttpClient);
  private readonly toasts = inject(ToastList);
  protected readonly deviceName = deviceName;
  protected readonly sessions = polled<SessionList>(() => this.url());
  protected readonly hasCurrent = computed(
    () => this.sessions.value()?.items.some(({ current }) => current) ?? false,
  );
  protected readonly others = computed(
    () => this.sessions.value()?.items.filter(({ current }) => !current).length ?? 0,
  );

  reload(): void {
    this.sessions.reload();
  }

  protected end({ id, userAgent }: SessionItem): void {
    this.send(`${this.url()}/${id}`, `The session of ${deviceName(userAgent)} has ended.`);
  }

  protected endAll(): void {
    this.send(this.url(), this.hasCurrent() ? 'All other sessions have ended.' : 'All sessions have ended.');
  }

  private send(url: string, done: string): void {
    this.http.delete(url).subscribe({
      next: () => {
        this.toasts.show(done);
        this.reload();
      },
      error: (error: unknown) => {
        this.toasts.error(toFailure(error).message);
        this.reload();
      },
    });
  }
}
