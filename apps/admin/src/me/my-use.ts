import { Component, computed, inject } from '@angular/core';
import { OwnedKeys } from '../keys/owned-keys';
import { Session } from '../session/session';
import { UsageReport, type UsageSource } from '../usage/usage-report';

const USAGE: UsageSource = {
  overview: '/api/me/usage',
  series: '/api/me/usage/series',
  breakdown: '/api/me/usage/breakdown',
  params: {},
  rankBy: 'key',
  rankTitle: 'By key',
};

/** What one's own keys were used for, and the keys. */
@Component({
  selector: 'om-my-use',
  imports: [OwnedKeys, UsageReport],
  template: `<div class="page">
    <om-usage-report [of]="usage" />
    @if (user(); as me) {
      <om-owned-keys [ownerId]="me.id" heading="My keys" [emptyText]="emptyText()" />
    }
  </div>`,
})
export class MyUse {
  private readonly session = inject(Session);
  protected readonly usage = USAGE;
  protected readonly user = this.session.user;
  protected readonly emptyText = computed(() =>
    this.session.may('keys:write')
      ? 'A key with you as its owner counts as yours: its requests, its cost.'
      : 'You have no key yet. An admin or operator can make one with you as its owner.',
  );
}
