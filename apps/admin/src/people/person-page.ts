import { Component, computed, inject, input } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { UserItem } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { OwnedKeys } from '../keys/owned-keys';
import { LimitsCard } from '../limits/limits-card';
import { SessionCard } from '../session/session-card';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { TimeText } from '../ui/time-text';
import { UsageReport, type UsageSource } from '../usage/usage-report';
import { PersonDialogs } from './person-dialogs';
import { PersonMenu } from './person-menu';
import { personState } from './person-state';
import { ROLE_TEXTS } from './role-texts';

/** One person: account, use, keys and sessions. */
@Component({
  selector: 'om-person-page',
  imports: [
    RouterLink,
    Icon,
    LimitsCard,
    OwnedKeys,
    Panel,
    PersonDialogs,
    PersonMenu,
    SessionCard,
    Skeleton,
    TimeText,
    UsageReport,
  ],
  templateUrl: './person-page.html',
})
export class PersonPage {
  /** From the address. */
  readonly id = input.required<string>();

  private readonly router = inject(Router);
  protected readonly roles = ROLE_TEXTS;
  protected readonly stateOf = personState;
  protected readonly person = polled<UserItem>(() => `/api/users/${this.id()}`, { keepsOld: false });
  protected readonly usage = computed<UsageSource>(() => ({
    overview: `/api/users/${this.id()}/usage`,
    series: `/api/users/${this.id()}/usage/series`,
    breakdown: `/api/users/${this.id()}/usage/breakdown`,
    params: {},
    rankBy: 'key',
    rankTitle: 'By key',
  }));

  protected leave(): void {
    void this.router.navigateByUrl('/people');
  }
}
