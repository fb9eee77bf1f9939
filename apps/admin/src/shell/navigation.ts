import { NgTemplateOutlet } from '@angular/common';
import {
  Component,
  ElementRef,
  afterNextRender,
  booleanAttribute,
  computed,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import type { Overview } from '@ollameter/admin-contract';
import { AnalyticsQuery } from '../data/analytics-query';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { energy } from '../format/energy';
import { rate } from '../format/money';
import { Session } from '../session/session';
import { FigureText } from '../ui/figure-text';
import { Icon } from '../ui/icon';
import { Logo } from '../ui/logo';
import { MoneyText } from '../ui/money-text';
import { type Page, pagesFor } from './pages';
import { ThemeSwitch } from './theme-switch';

const GROUPS: readonly (readonly [Page['group'], label: string])[] = [
  ['use', 'Use'],
  ['manage', 'Manage'],
  ['admin', 'Admin'],
];
const COST_REFRESH_MS = 60_000;

/** The list of pages with today's cost and the person below it: a column at the side, or a drawer on a narrow screen. */
@Component({
  selector: 'om-navigation',
  imports: [NgTemplateOutlet, RouterLink, RouterLinkActive, FigureText, Icon, Logo, MoneyText, ThemeSwitch],
  templateUrl: './navigation.html',
  styleUrl: './navigation.css',
})
export class Navigation {
  readonly drawer = input(false, { transform: booleanAttribute });
  readonly closed = output();

  private readonly session = inject(Session);
  private readonly status = inject(StatusFeed).status;
  private readonly query = inject(AnalyticsQuery);
  private readonly box = viewChild<ElementRef<HTMLDialogElement>>('box');

  protected readonly user = this.session.user;
  protected readonly initials = computed(() => (this.user()?.email ?? '').slice(0, 2).toUpperCase());
  protected readonly groups = computed(() => {
    const pages = pagesFor(this.session);
    return GROUPS.map(([group, label]) => ({
      label,
      pages: pages.filter((page) => page.group === group),
    })).filter(({ pages: shown }) => shown.length > 0);
  });
  protected readonly today = polled<Overview>(
    () => {
      const params = this.user() === null ? undefined : this.query.params({ period: 'today' });
      return params === undefined ? undefined : { url: '/api/analytics/overview', params };
    },
    { everyMs: COST_REFRESH_MS },
  ).value;
  protected readonly energy = computed(() => energy(this.today()?.energyWh));
  protected readonly rate = computed(() => {
    const status = this.status();
    return status === undefined ? null : rate(status.rateMicrosPerKwh, status.currency);
  });

  constructor() {
    afterNextRender(() => this.box()?.nativeElement.showModal());
  }

  protected async logout(): Promise<void> {
    await this.session.logout();
  }
}
