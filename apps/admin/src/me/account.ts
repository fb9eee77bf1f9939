import { Component, inject, viewChild } from '@angular/core';
import type { MyAccount } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { PasswordForm } from '../session/password-form';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { TimeText } from '../ui/time-text';
import { ToastList } from '../ui/toast-list';
import { Appearance } from './appearance';
import { MyName } from './my-name';
import { SecondFactor } from './second-factor';
import { SessionCard } from '../session/session-card';

/** Name, look, password, second factor and sessions. */
@Component({
  selector: 'om-account',
  imports: [Appearance, MyName, Panel, PasswordForm, SecondFactor, SessionCard, Skeleton, TimeText],
  template: `
    <div class="page">
      <div class="g">
        <section class="card c6" aria-labelledby="password-title">
          <header><h2 id="password-title">Password</h2></header>
          <div class="body">
            <om-panel [source]="account" label="your account">
              <om-skeleton height="13rem" skeleton />
              @if (account.value(); as me) {
                @if (me.hasPassword) {
                  <om-password-form (changed)="passwordChanged()" />
                } @else {
                  <p class="soft">You sign in by your provider. There is no password here to change.</p>
                }
              }
            </om-panel>
          </div>
          @if (account.value(); as me) {
            @if (me.hasPassword) {
              <div class="foot">
                <span>Last changed <om-time [at]="me.passwordChangedAt" /></span>
              </div>
            }
          }
        </section>
        <section class="card c6" aria-labelledby="factor-title">
          <header><h2 id="factor-title">Second factor</h2></header>
          <div class="body">
            <om-panel [source]="account" label="your account">
              <om-skeleton height="13rem" skeleton />
              @if (account.value(); as me) {
                <om-second-factor [account]="me" (changed)="account.reload()" />
              }
            </om-panel>
          </div>
        </section>
        <section class="card c6" aria-labelledby="name-title">
          <header><h2 id="name-title">Name</h2></header>
          <div class="body"><om-my-name /></div>
        </section>
        <section class="card c6" aria-labelledby="look-title">
          <header>
            <h2 id="look-title">Appearance</h2>
            <span class="meta">in this browser</span>
          </header>
          <div class="body"><om-appearance /></div>
        </section>
      </div>
      <om-session-card url="/api/me/sessions" heading="Where I am signed in" />
    </div>
  `,
})
export class Account {
  private readonly toasts = inject(ToastList);
  private readonly sessions = viewChild.required(SessionCard);
  protected readonly account = polled<MyAccount>(() => '/api/me', { everyMs: 0 });

  protected passwordChanged(): void {
    this.toasts.show('The password is changed. Every other session has ended.');
    this.account.reload();
    this.sessions().reload();
  }
}
