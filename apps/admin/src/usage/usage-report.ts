import { Component, computed, inject, input, signal } from '@angular/core';
import type { BreakdownBy, Overview, Series } from '@ollameter/admin-contract';
import { AnalyticsQuery } from '../data/analytics-query';
import { polled } from '../data/polled';
import { compactCount, count, tokensPerSecond } from '../format/count';
import { duration } from '../format/duration';
import { energy } from '../format/energy';
import { money } from '../format/money';
import { FigureText } from '../ui/figure-text';
import { MoneyText } from '../ui/money-text';
import { Panel } from '../ui/panel';
import type { PeriodChoice } from '../ui/period-choice';
import { PeriodSelector } from '../ui/period-selector';
import { Skeleton } from '../ui/skeleton';
import { Ranking } from './ranking';
import { UsageChart } from './usage-chart';

/** Whose use is told: where the gateway tells it, and by what it is ranked. */
export interface UsageSource {
  overview: string;
  series: string;
  breakdown: string;
  params: Readonly<Record<string, string>>;
  rankBy: BreakdownBy;
  /** Over the ranking: "Models". */
  rankTitle: string;
}

/** Of everything the person may see; its export stands beside it. */
const SERIES = '/api/analytics/series';

/** What a key or a person used in a period: totals, the course, and a ranking. */
@Component({
  selector: 'om-usage-report',
  imports: [FigureText, MoneyText, Panel, PeriodSelector, Ranking, Skeleton, UsageChart],
  template: `
    <div class="stack">
      <div class="page-head">
        <h2>Use</h2>
        <om-period-selector [value]="period()" (chosen)="period.set($event)" />
      </div>
      <om-panel [source]="totals" label="totals">
        <div class="card" skeleton>
          <div class="body"><om-skeleton height="3rem" /></div>
        </div>
        @if (totals.value(); as sum) {
          <dl class="card strip">
            <div title="Failed counts what was refused, too">
              <dt>Requests</dt>
              <dd>
                {{ format.count(sum.requests) }}
                <small>{{ format.count(sum.errors) }} failed</small>
              </dd>
            </div>
            <div>
              <dt>Tokens</dt>
              <dd><om-figure [value]="tokens()" /></dd>
            </div>
            <div>
              <dt>Energy</dt>
              <dd><om-figure [value]="wh()" /></dd>
            </div>
            <div>
              <dt>Cost</dt>
              <dd><om-money [amount]="sum.cost" [currency]="sum.currency" /></dd>
            </div>
            <div>
              <dt>Median duration</dt>
              <dd>{{ format.duration(sum.p50.durationMs) }}</dd>
            </div>
            <div>
              <dt>Median speed</dt>
              <dd>{{ format.tokensPerSecond(sum.p50.tokensPerSecond) }} <small>tok/s</small></dd>
            </div>
          </dl>
        }
      </om-panel>
      <div class="g">
        <div class="c8"><om-usage-chart [source]="series" [exportUrl]="exportUrl()" /></div>
        <div class="c4">
          <om-ranking
            [heading]="of().rankTitle"
            [by]="of().rankBy"
            [url]="of().breakdown"
            [of]="of().params"
            [choice]="period()"
            [logFilter]="of().rankBy === 'user' ? undefined : of().rankBy"
            [logParams]="of().params"
          />
        </div>
      </div>
    </div>
  `,
  styles: `
    .g > div {
      display: grid;
      min-width: 0;
    }
  `,
})
export class UsageReport {
  readonly of = input.required<UsageSource>();

  private readonly query = inject(AnalyticsQuery);

  protected readonly format = { count, duration, money, tokensPerSecond };
  protected readonly period = signal<PeriodChoice>({ period: 'month' });
  protected readonly totals = polled<Overview>(() => this.ask(this.of().overview));
  protected readonly series = polled<Series>(() => this.ask(this.of().series));

  protected readonly tokens = computed(() => compactCount(this.totals.value()?.totalTokens, 'tokens'));
  protected readonly wh = computed(() => energy(this.totals.value()?.energyWh));
  /** Null where the gateway has no file of it. */
  protected readonly exportUrl = computed(() => {
    const asked = this.of().series === SERIES ? this.ask(`${SERIES}/export`) : undefined;
    return asked === undefined ? null : `${asked.url}?${new URLSearchParams(asked.params).toString()}`;
  });

  private ask(url: string): { url: string; params: Record<string, string> } | undefined {
    const params = this.query.params(this.period());
    return params === undefined ? undefined : { url, params: { ...params, ...this.of().params } };
  }
}
