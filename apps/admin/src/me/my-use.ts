import { Component, computed, inject } from '@angular/core';
import type { MyAccount, SharedLimits } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { OwnedKeys } from '../keys/owned-keys';
import { LimitsCard } from '../limits/limits-card';
import { Session } from '../session/session';
import { UsageReport, type UsageSource } from '../usage/usage-report';

const REFRESH_MS = 5_000;
const USAGE: UsageSource = {
  overview: '/api/me/usage',
  series: '/api/me/usage/series',
  breakdown: '/api/me/usage/breakdown',
  params: {},
  rankBy: 'key',
  rankTitle: 'By key',
};

/** What one's own keys were used for, what they may use, and the keys. */
@Component({
  selector: 'om-my-use',
  imports: [LimitsCard, OwnedKeys, UsageReport],
  template: `<div class="page">
    @if (limits.value(); as shared) {
      <om-limits-card
        heading="My limits"
        text="of all my keys together; each key may have its own besides"
        [shared]="shared"
        [mayWrite]="false"
      />
    }
    <om-usage-report [of]="usage" />
    @if (user(); as me) {
      <om-owned-keys
        [ownerId]="me.id"
        heading="My keys"
        [emptyText]="emptyText()"
        [mayMake]="mayMake()"
        (changed)="account.reload()"
      />
    }
  </div>`,
})
export class MyUse {
  private readonly session = inject(Session);
  protected readonly usage = USAGE;
  protected readonly user = this.session.user;
  protected readonly limits = polled<SharedLimits>(() => '/api/me/limits', { everyMs: REFRESH_MS });
  protected readonly account = polled<MyAccount>(() => '/api/me', { everyMs: 0 });
  protected readonly mayMake = computed(() => {
    const account = this.account.value();
    return account !== undefined && account.keys < account.ownKeys.max;
  });
  protected readonly emptyText = computed(() => {
    if (this.session.may('keys:write'))
      return 'A key with you as its owner counts as yours: its requests, its cost.';
    return this.mayMake()
      ? 'Every program that you use should have a key of its own.'
      : 'You have no key yet. An admin or operator can make one with you as its owner.';
  });
}
