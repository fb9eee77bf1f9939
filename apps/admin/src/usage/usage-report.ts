import { Component, computed, inject, input, signal } from '@angular/core';
import type { Breakdown, BreakdownBy, Overview, Series } from '@ollameter/admin-contract';
import { TimeZone } from '../data/time-zone';
import { AnalyticsQuery } from '../data/analytics-query';
import { polled } from '../data/polled';
import { compactCount, count, tokensPerSecond } from '../format/count';
import { duration } from '../format/duration';
import { energy } from '../format/energy';
import { money } from '../format/money';
import { BarChart } from '../ui/bar-chart';
import { toBars } from './usage-bars';
import { FigureText } from '../ui/figure-text';
import { MenuButton } from '../ui/menu-button';
import { MoneyText } from '../ui/money-text';
import { Panel } from '../ui/panel';
import type { PeriodChoice } from '../ui/period-choice';
import { PeriodSelector } from '../ui/period-selector';
import { Skeleton } from '../ui/skeleton';

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
  imports: [BarChart, FigureText, MenuButton, MoneyText, Panel, PeriodSelector, Skeleton],
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
        <section class="card c8" aria-labelledby="use-chart-title">
          <header>
            <h3 id="use-chart-title">Requests</h3>
            @if (exportUrl(); as url) {
              <div class="tools">
                <om-menu-button label="Export the requests by time" icon="download" bare small ghost>
                  <a [href]="url + '&format=csv'" download>CSV</a>
                  <a [href]="url + '&format=json'" download>JSON</a>
                </om-menu-button>
              </div>
            }
          </header>
          <div class="body">
            <om-panel [source]="series" label="the course">
              <om-skeleton height="11rem" skeleton />
              <om-bar-chart [bars]="bars()" label="Requests by time" valueName="Requests" />
            </om-panel>
          </div>
        </section>
        <section class="card c4" aria-labelledby="use-ranking-title">
          <header>
            <h3 id="use-ranking-title">{{ of().rankTitle }}</h3>
          </header>
          <div class="body">
            <om-panel [source]="ranking" label="the ranking">
              <om-skeleton height="6rem" skeleton />
              <ul class="rank">
                @for (item of ranking.value()?.items; track item.id) {
                  <li>
                    <span class="trunc">{{ item.name }}</span>
                    <span class="num muted">{{ format.count(item.requests) }}</span>
                    <span class="num"><om-money [amount]="item.cost" /></span>
                    <span class="bar"><i [style.width.%]="item.share * 100"></i></span>
                  </li>
                } @empty {
                  <li class="muted">Nothing in this period.</li>
                }
              </ul>
            </om-panel>
          </div>
        </section>
      </div>
    </div>
  `,
})
export class UsageReport {
  readonly of = input.required<UsageSource>();

  private readonly zone = inject(TimeZone).zone;
  private readonly query = inject(AnalyticsQuery);

  protected readonly format = { count, duration, money, tokensPerSecond };
  protected readonly period = signal<PeriodChoice>({ period: 'month' });
  protected readonly totals = polled<Overview>(() => this.ask(this.of().overview));
  protected readonly series = polled<Series>(() => this.ask(this.of().series));
  protected readonly ranking = polled<Breakdown>(() =>
    this.ask(this.of().breakdown, { by: this.of().rankBy }),
  );

  protected readonly tokens = computed(() => compactCount(this.totals.value()?.totalTokens, 'tokens'));
  protected readonly wh = computed(() => energy(this.totals.value()?.energyWh));
  protected readonly bars = computed(() => {
    const series = this.series.value();
    return series === undefined ? [] : toBars(series, this.zone());
  });

  /** Null where the gateway has no file of it. */
  protected readonly exportUrl = computed(() => {
    const asked = this.of().series === SERIES ? this.ask(`${SERIES}/export`) : undefined;
    return asked === undefined ? null : `${asked.url}?${new URLSearchParams(asked.params).toString()}`;
  });

  private ask(
    url: string,
    more: Record<string, string> = {},
  ): { url: string; params: Record<string, string> } | undefined {
    const params = this.query.params(this.period());
    return params === undefined ? undefined : { url, params: { ...params, ...this.of().params, ...more } };
  }
}
