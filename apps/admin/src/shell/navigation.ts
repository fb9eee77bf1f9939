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
import { PriceDay } from '../data/price-day';
import { count } from '../format/count';
import { energy } from '../format/energy';
import { rate, shortRate } from '../format/money';
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
  protected readonly prices = inject(PriceDay);
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
    if (status === undefined) return null;
    const { rateMicrosPerKwh, currency } = status;
    const level = this.prices.now()?.level;
    return {
      text: `${shortRate(rateMicrosPerKwh, currency)}/kWh`,
      exact: rate(rateMicrosPerKwh, currency),
      tone: level === undefined ? '' : `p${level}`,
    };
  });
  /** Running and waiting, on every gateway. */
  protected readonly inFlight = computed(() => (this.status()?.running ?? 0) + (this.status()?.queued ?? 0));
  protected readonly count = count;

  constructor() {
    afterNextRender(() => this.box()?.nativeElement.showModal());
  }

  protected async logout(): Promise<void> {
    await this.session.logout();
  }
}
