import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { Router } from '@angular/router';
import {
  type Bucket,
  type Overview as Totals,
  type RateSeries,
  type Series,
  type SeriesPoint,
} from '@ollameter/admin-contract';
import { ChartCard } from '../charts/chart-card';
import { priceBands } from '../charts/price-bands';
import { SeriesTable } from '../charts/series-table';
import { TimeChart } from '../charts/time-chart';
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
import { FirstRunGuide } from '../guide/first-run-guide';
import { Session } from '../session/session';
import { Panel } from '../ui/panel';
import { type PeriodChoice, toPeriodChoice } from '../ui/period-choice';
import { PeriodSelector } from '../ui/period-selector';
import { Skeleton } from '../ui/skeleton';
import { health } from './health';
import { Latency } from './latency';
import { Outcomes } from './outcomes';
import { Ranking } from './ranking';
import { StatCard } from './stat-card';
import { type Measures, usageChart } from './usage-series';

/** Whether the person has closed the first-run guide. */
const GUIDE = stored('first-run-guide');
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** The page an owner leaves open: what was used, what it cost, and whether all is well. */
@Component({
  selector: 'om-overview',
  imports: [
    ChartCard,
    FirstRunGuide,
    Latency,
    Outcomes,
    Panel,
    PeriodSelector,
    Ranking,
    SeriesTable,
    Skeleton,
    StatCard,
    TimeChart,
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
  protected readonly measures = signal<Measures>('requests-cost');

  protected readonly choice = computed(() => toPeriodChoice(this.period(), this.from(), this.to()));
  private readonly isToday = computed(() => {
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
  protected readonly chart = computed(() => {
    const items = this.series.value()?.items ?? [];
    const before = this.isToday() ? items.slice(0, Math.max(0, items.length - DAY_HOURS)) : [];
    const bucket: Bucket = this.series.value()?.bucket ?? 'hour';
    return usageChart(this.points(), before, this.measures(), bucket, this.zone(), this.feed.currency());
  });
  /** The price of the hour behind a chart by the hour, for whom may know it. */
  private readonly rates = polled<RateSeries>(
    () => {
      const [first, last] = [this.points()[0], this.points().at(-1)];
      const isHourly = this.series.value()?.bucket === 'hour';
      if (!isHourly || first === undefined || last === undefined || !this.session.may('energy:read'))
        return undefined;
      const to = new Date(Date.parse(last.at) + HOUR_MS).toISOString();
      return { url: '/api/energy/rates', params: { from: new Date(first.at).toISOString(), to } };
    },
    { everyMs: 300_000 },
  ).value;
  protected readonly bands = computed(() => {
    const [rates, points] = [this.rates(), this.points()];
    if (rates === undefined || this.series.value()?.bucket !== 'hour') return [];
    const startsMs = points.map(({ at }) => Date.parse(at));
    return priceBands(rates, startsMs, (startsMs.at(-1) ?? 0) + HOUR_MS);
  });
  protected readonly chartHeading = computed(() => {
    const what = this.measures() === 'requests-cost' ? 'Requests and cost' : 'Tokens and energy';
    return this.isToday()
      ? `${what}, last 24 hours`
      : `${what} by ${BUCKET_WORDS[this.series.value()?.bucket ?? 'day']}`;
  });
  protected readonly chartSummary = computed(() => {
    const requests = this.points().reduce((sum, point) => sum + point.requests, 0);
    const busiest = this.points().reduce(
      (most, point, index) => (point.requests > (this.points()[most]?.requests ?? 0) ? index : most),
      0,
    );
    return `${this.chartHeading()}: ${count(requests)} requests in all, most in ${this.chart().titles[busiest] ?? 'none'}. Arrow keys walk along it.`;
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

const BUCKET_WORDS: Record<Bucket, string> = {
  '15m': 'quarter hour',
  hour: 'hour',
  day: 'day',
  month: 'month',
};

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
