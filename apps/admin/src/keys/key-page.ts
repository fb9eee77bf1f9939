import { Component, computed, inject, input } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { KeyItem } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { Session } from '../session/session';
import { Icon } from '../ui/icon';
import { MenuButton } from '../ui/menu-button';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { TimeText } from '../ui/time-text';
import { UseBar } from '../ui/use-bar';
import { UsageReport, type UsageSource } from '../usage/usage-report';
import { KeyDialogs } from './key-dialogs';
import { keyMark, usedLimits } from '../limits/limits-text';

const REFRESH_MS = 5_000;

/** One key: its limits with their use, its rules, and what it was used for. */
@Component({
  selector: 'om-key-page',
  imports: [RouterLink, Icon, KeyDialogs, UsageReport, MenuButton, Panel, Skeleton, TimeText, UseBar],
  templateUrl: './key-page.html',
  styles: `
    .rules dd {
      white-space: normal;
      overflow-wrap: anywhere;
    }
  `,
})
export class KeyPage {
  /** From the address. */
  readonly id = input.required<string>();

  private readonly router = inject(Router);
  private readonly session = inject(Session);
  private readonly currency = inject(StatusFeed).currency;

  protected readonly policies = {
    default: 'as everywhere',
    full: 'texts and figures',
    metadata: 'figures only',
    none: 'no texts at all',
  } as const;
  protected readonly feed = polled<KeyItem>(() => `/api/keys/${this.id()}`, {
    everyMs: REFRESH_MS,
    keepsOld: false,
  });
  protected readonly usage = computed<UsageSource>(() => ({
    overview: '/api/analytics/overview',
    series: '/api/analytics/series',
    breakdown: '/api/analytics/breakdown',
    params: { key: this.id() },
    rankBy: 'model',
    rankTitle: 'Models',
  }));
  protected readonly mayWrite = computed(() => this.session.may('keys:write'));
  protected readonly limits = computed(() => {
    const use = this.feed.value()?.limitsUse;
    return use === undefined ? [] : usedLimits(use, this.currency());
  });

  protected mayChange(key: KeyItem): boolean {
    return this.session.mayChange(key);
  }

  protected markOf(key: KeyItem): ReturnType<typeof keyMark> {
    return keyMark(key);
  }

  protected leave(): void {
    void this.router.navigateByUrl('/keys');
  }
}
