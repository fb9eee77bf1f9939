import { Component, computed, inject, input } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import {
  type IsActiveMatchOptions,
  NavigationEnd,
  Router,
  RouterLink,
  RouterLinkActive,
  RouterOutlet,
} from '@angular/router';
import type { EnergyForecast, EnergyOverview } from '@ollameter/admin-contract';
import { filter, map } from 'rxjs';
import { AnalyticsQuery } from '../data/analytics-query';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { TimeZone } from '../data/time-zone';
import { energyText } from '../format/energy';
import { money } from '../format/money';
import { month } from '../format/time';
import { EnergyNotices } from './energy-notices';
import { type PeriodChoice, toPeriodChoice } from '../ui/period-choice';
import { PeriodSelector } from '../ui/period-selector';
import { Skeleton } from '../ui/skeleton';

const TABS = [
  { path: '/energy', name: 'Summary' },
  { path: '/energy/tariff', name: 'Tariff' },
  { path: '/energy/meters', name: 'Meters' },
  { path: '/energy/statements', name: 'Statements' },
];

const IGNORING = { queryParams: 'ignored', fragment: 'ignored', matrixParams: 'ignored' } as const;

/** The frame of everything about electricity: what it comes to, and the tabs. */
@Component({
  selector: 'om-energy-page',
  imports: [EnergyNotices, PeriodSelector, RouterLink, RouterLinkActive, RouterOutlet, Skeleton],
  template: `
    <div class="page">
      <div class="page-head">
        <div>
          <h1>Energy &amp; cost</h1>
          <p>
            @if (today(); as text) {
              {{ text }}
              @if (course(); as forecast) {
                On course for <b class="med">{{ forecast.cost }}</b> in {{ forecast.month }}.
              }
            } @else {
              <om-skeleton width="20rem" height="1.25rem" />
            }
          </p>
        </div>
        @if (isSummary()) {
          <om-period-selector [value]="choice()" (chosen)="choose($event)" />
        }
      </div>
      <nav class="tabs" aria-label="Energy and cost">
        @for (tab of tabs; track tab.path) {
          <a
            [routerLink]="tab.path"
            routerLinkActive
            [routerLinkActiveOptions]="tab.path === '/energy' ? exactly : within"
            ariaCurrentWhenActive="page"
            >{{ tab.name }}</a
          >
        }
      </nav>
      <om-energy-notices />
      <router-outlet />
    </div>
  `,
  styles: `
    .page-head {
      min-height: 3.5rem;
    }
    router-outlet {
      display: none;
    }
    @media print {
      .page-head,
      .tabs {
        display: none;
      }
    }
  `,
})
export class EnergyPage {
  /** From the address. */
  readonly period = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();

  private readonly router = inject(Router);
  private readonly query = inject(AnalyticsQuery);
  private readonly status = inject(StatusFeed).status;
  private readonly zone = inject(TimeZone).zone;
  protected readonly tabs = TABS;
  /** The period is part of the address, not of the place. */
  protected readonly exactly: IsActiveMatchOptions = { ...IGNORING, paths: 'exact' };
  protected readonly within: IsActiveMatchOptions = { ...IGNORING, paths: 'subset' };
  protected readonly choice = computed(() => toPeriodChoice(this.period(), this.from(), this.to()));

  private readonly url = toSignal(
    this.router.events.pipe(
      filter((event) => event instanceof NavigationEnd),
      map(({ urlAfterRedirects }) => urlAfterRedirects),
    ),
    { initialValue: this.router.url },
  );
  protected readonly isSummary = computed(() => /^\/energy(\?|$)/.test(this.url()));

  private readonly overview = polled<EnergyOverview>(
    () => {
      const params = this.query.params({ period: 'today' });
      return params === undefined ? undefined : { url: '/api/energy/overview', params };
    },
    { everyMs: 60_000 },
  );
  private readonly forecast = polled<EnergyForecast>(
    () => (this.status()?.demo === false ? '/api/energy/forecast' : undefined),
    { everyMs: 120_000 },
  ).value;
  protected readonly today = computed(() => {
    const overview = this.overview.value();
    if (overview === undefined) return this.overview.failure() === null ? null : 'Today is not known.';
    return `${energyText(overview.total.energyWh)} today, ${money(overview.total.cost, overview.currency)}.`;
  });
  protected readonly course = computed(() => {
    const forecast = this.forecast();
    if (!forecast?.expected || forecast.expected.energyWh === 0) return null;
    return {
      cost: money(forecast.expected.cost, forecast.currency),
      month: month(forecast.period.from, this.zone()),
    };
  });

  protected choose(choice: PeriodChoice): void {
    const queryParams = 'period' in choice && choice.period === 'today' ? {} : choice;
    void this.router.navigate(['/energy'], { queryParams });
  }
}
