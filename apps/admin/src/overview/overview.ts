import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { Router } from '@angular/router';
import type { EnergyOverview, Overview as Totals, Series, SeriesPoint } from '@ollameter/admin-contract';
import { AnalyticsQuery } from '../data/analytics-query';
import { Clock } from '../data/clock';
import { polled } from '../data/polled';
import { stored } from '../data/stored';
import { StatusFeed } from '../data/status-feed';
import { TimeZone } from '../data/time-zone';
import { compactCount, count } from '../format/count';
import { energy } from '../format/energy';
import { UNKNOWN } from '../format/figure';
import { exactMoney, money } from '../format/money';
import { clock, longDay, offset, zoneCity } from '../format/time';
import { EnergySplit } from '../energy/summary/energy-split';
import { FirstRunGuide } from '../guide/first-run-guide';
import { Session } from '../session/session';
import { Panel } from '../ui/panel';
import { type PeriodChoice, toPeriodChoice } from '../ui/period-choice';
import { PeriodSelector } from '../ui/period-selector';
import { Skeleton } from '../ui/skeleton';
import { Ranking } from '../usage/ranking';
import { UsageChart } from '../usage/usage-chart';
import { health } from './health';
import { Latency } from './latency';
import { Outcomes } from './outcomes';
import { StatCard } from './stat-card';

/** Whether the person has closed the first-run guide. */
const GUIDE = stored('first-run-guide');
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** The page an owner leaves open: what was used, what it cost, and whether all is well. */
@Component({
  selector: 'om-overview',
  imports: [
    EnergySplit,
    FirstRunGuide,
    Latency,
    Outcomes,
    Panel,
    PeriodSelector,
    Ranking,
    Skeleton,
    StatCard,
    UsageChart,
  ],
  templateUrl: './overview.html',
  styleUrl: './overview.css',
})
export class Overview {
  /** From the address, with `from` and `to` for days of the calendar. */
  readonly period = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();
  /** Set: the first-run guide is wanted. */
  readonly guide = input<string>();

  private readonly router = inject(Router);
  private readonly query = inject(AnalyticsQuery);
  private readonly nowMs = inject(Clock).nowMs;
  private readonly feed = inject(StatusFeed);
  private readonly session = inject(Session);
  protected readonly zone = inject(TimeZone).zone;

  protected readonly choice = computed(() => toPeriodChoice(this.period(), this.from(), this.to()));
  protected readonly isToday = computed(() => {
    const choice = this.choice();
    return 'period' in choice && choice.period === 'today';
  });
  private readonly hourMs = computed(() => Math.floor(this.nowMs() / HOUR_MS) * HOUR_MS);

  protected readonly totals = polled<Totals>(() => {
    const params = this.query.params(this.choice());
    return params === undefined ? undefined : { url: '/api/analytics/overview', params };
  });
  /** Asked only where the period is empty: is everything? */
  private readonly ever = polled<Totals>(
    () => {
      const totals = this.totals.value();
      const params = this.query.params({ period: 'all' });
      if (totals === undefined || params === undefined || totals.requests + totals.errors > 0)
        return undefined;
      return { url: '/api/analytics/overview', params };
    },
    { everyMs: 0 },
  );
  protected readonly isNew = computed(() => {
    const [totals, ever] = [this.totals.value(), this.ever.value()];
    return totals?.requests === 0 && totals.errors === 0 && ever?.requests === 0 && ever.errors === 0;
  });

  /** Once shown it stays, also when the first request has come, until the person closes it. */
  protected readonly showsGuide = linkedSignal<boolean, boolean>({
    source: () => this.guide() !== undefined || (this.isNew() && GUIDE.read() === null),
    computation: (isWanted, previous) => isWanted || (previous?.value ?? false),
  });

  /** Two days by the hour: the last one, and behind it the one before. */
  private readonly seriesParams = computed(() => {
    if (!this.isToday()) return this.query.params(this.choice());
    const common = this.query.span(this.hourMs() - (2 * DAY_HOURS - 1) * HOUR_MS, this.hourMs() + HOUR_MS);
    return common === undefined ? undefined : { ...common, bucket: 'hour' };
  });
  protected readonly series = polled<Series>(() => {
    const params = this.seriesParams();
    return params === undefined ? undefined : { url: '/api/analytics/series', params };
  });
  protected readonly points = computed<readonly SeriesPoint[]>(() => {
    const items = this.series.value()?.items ?? [];
    return this.isToday() ? items.slice(-DAY_HOURS) : items;
  });
  protected readonly maySeeEnergy = computed(() => this.session.may('energy:read'));
  protected readonly electricity = polled<EnergyOverview>(() => {
    const params = this.maySeeEnergy() ? this.query.params(this.choice()) : undefined;
    return params === undefined ? undefined : { url: '/api/energy/overview', params };
  });
  /** The period as the log's filter spells it, for what leads there. */
  protected readonly logParams = computed((): Record<string, string> => {
    const [choice, bounds] = [this.choice(), this.totals.value()?.period];
    if (bounds === undefined || ('period' in choice && choice.period === 'all')) return {};
    const day = (at: string) => at.slice(0, 'yyyy-mm-dd'.length);
    const from = { from: day(bounds.from) };
    return 'period' in choice ? from : { ...from, to: day(bounds.to) };
  });
  protected readonly exportUrl = computed(
    () => `/api/analytics/series/export?${new URLSearchParams(this.seriesParams() ?? {}).toString()}`,
  );

  protected readonly health = computed(() => {
    const status = this.feed.status();
    return status === undefined
      ? null
      : health(status, this.isToday() ? (this.points().at(-1)?.errors ?? 0) : 0);
  });
  protected readonly heading = computed(() => longDay(new Date(this.nowMs()), this.zone()));
  protected readonly times = computed(
    () => `${zoneCity(this.zone())} time, ${offset(new Date(this.nowMs()), this.zone())}`,
  );
  protected readonly cards = computed(() => {
    const totals = this.totals.value();
    return totals === undefined ? [] : statCards(totals, this.points(), this.compared(totals));
  });
  protected readonly strip = computed(() => {
    const totals = this.totals.value();
    return totals === undefined ? [] : smallFigures(totals);
  });
  protected readonly dayHours = DAY_HOURS;
  protected readonly skeletons = [1, 2, 3, 4];

  protected closeGuide(): void {
    GUIDE.write('closed');
    this.showsGuide.set(false);
    void this.router.navigate([], {
      queryParams: { guide: null },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected choose(choice: PeriodChoice): void {
    const queryParams = 'period' in choice && choice.period === 'today' ? {} : choice;
    void this.router.navigate(['/overview'], { queryParams });
  }

  /** What the period is compared with, in words; null where there is nothing before it. */
  private compared({ previous }: Totals): string | null {
    const choice = this.choice();
    if (previous.period.from === previous.period.to) return null;
    if (!('period' in choice)) return 'in the days before';
    if (choice.period === 'today') return `yesterday by ${clock(previous.period.to, this.zone())}`;
    return choice.period === 'all' ? null : `last ${choice.period} by now`;
  }
}

function statCards(totals: Totals, points: readonly SeriesPoint[], compared: string | null) {
  const { previous, currency } = totals;
  const against = (figure: string): string => (compared === null ? '' : `${figure} ${compared}`);
  const before = (value: number): number | null => (compared === null ? null : value);
  const before3 = energy(previous.energyWh);
  return [
    {
      name: 'Requests',
      hue: 1 as const,
      figure: compactCount(totals.requests, 'completed requests'),
      sub: against(count(previous.requests)),
      now: totals.requests,
      before: before(previous.requests),
      good: null,
      course: points.map(({ requests }) => requests),
    },
    {
      name: 'Tokens',
      hue: 4 as const,
      figure: compactCount(totals.totalTokens, 'tokens'),
      sub: `${short(totals.promptTokens)} in · ${short(totals.completionTokens)} out`,
      now: totals.totalTokens,
      before: before(previous.totalTokens),
      good: null,
      course: points.map(({ totalTokens }) => totalTokens),
    },
    {
      name: 'Energy',
      hue: 3 as const,
      figure: energy(totals.energyWh),
      sub: against(`${before3.figure}\u2009${before3.unit}`),
      now: totals.energyWh,
      before: before(previous.energyWh),
      good: 'down' as const,
      course: points.map(({ energyWh }) => energyWh),
    },
    {
      name: 'Cost',
      hue: 2 as const,
      figure: { figure: money(totals.cost, currency), unit: '', exact: exactMoney(totals.cost, currency) },
      sub: against(money(previous.cost, currency)),
      now: Number(totals.cost),
      before: before(Number(previous.cost)),
      good: 'down' as const,
      course: points.map(({ cost }) => Number(cost)),
    },
  ];
}

function smallFigures(totals: Totals) {
  const { requests, errors, cost, currency, energyWh, activeKeys, totalTokens } = totals;
  const perRequest = requests === 0 ? null : (Number(cost) / requests).toFixed(12);
  const wh = energy(requests === 0 ? null : energyWh / requests);
  const tokens = requests === 0 ? UNKNOWN : count(Math.round(totalTokens / requests));
  const share = requests + errors === 0 ? '' : `of ${count(requests + errors)}`;
  return [
    {
      name: 'Cost a request',
      value: money(perRequest, currency),
      small: 'mean',
      exact: exactMoney(perRequest, currency),
    },
    { name: 'Energy a request', value: wh.figure, small: wh.unit, exact: wh.exact },
    { name: 'Tokens a request', value: tokens, small: 'mean', exact: '' },
    { name: 'Active keys', value: count(activeKeys), small: '', exact: '' },
    { name: 'Failed or rejected', value: count(errors), small: share, exact: '' },
    { name: 'Client left', value: count(totals.requestsByOutcome.client_left), small: '', exact: '' },
  ];
}

function short(tokens: number): string {
  const { figure, unit } = compactCount(tokens, 'tokens');
  return unit === '' ? figure : `${figure}\u2009${unit}`;
}
