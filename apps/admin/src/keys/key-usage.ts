import { Component, computed, inject, input, signal } from '@angular/core';
import type { Breakdown, Overview, Series } from '@ollameter/admin-contract';
import { TimeZone } from '../data/time-zone';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { compactCount, count, tokensPerSecond } from '../format/count';
import { duration } from '../format/duration';
import { energy } from '../format/energy';
import { money } from '../format/money';
import { BarChart } from '../ui/bar-chart';
import { toBars } from './usage-bars';
import { FigureText } from '../ui/figure-text';
import { MoneyText } from '../ui/money-text';
import { Panel } from '../ui/panel';
import type { PeriodChoice } from '../ui/period-choice';
import { PeriodSelector } from '../ui/period-selector';
import { Skeleton } from '../ui/skeleton';

/** What one key was used for in a period. */
@Component({
  selector: 'om-key-usage',
  imports: [BarChart, FigureText, MoneyText, Panel, PeriodSelector, Skeleton],
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
            <div>
              <dt>Requests</dt>
              <dd>
                {{ format.count(sum.requests) }}
                <small>{{ format.count(sum.errors) }} refused or failed</small>
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
          </header>
          <div class="body">
            <om-panel [source]="series" label="the course">
              <om-skeleton height="11rem" skeleton />
              <om-bar-chart [bars]="bars()" label="Requests by time" valueName="Requests" />
            </om-panel>
          </div>
        </section>
        <section class="card c4" aria-labelledby="use-models-title">
          <header>
            <h3 id="use-models-title">Models</h3>
          </header>
          <div class="body">
            <om-panel [source]="models" label="models">
              <om-skeleton height="6rem" skeleton />
              <ul class="rank">
                @for (item of models.value()?.items; track item.id) {
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
export class KeyUsage {
  readonly keyId = input.required<string>();

  private readonly zone = inject(TimeZone).zone;
  private readonly status = inject(StatusFeed).status;

  protected readonly format = { count, duration, money, tokensPerSecond };
  protected readonly period = signal<PeriodChoice>({ period: 'month' });
  protected readonly totals = polled<Overview>(() => this.url('overview', {}));
  protected readonly series = polled<Series>(() => this.url('series', {}));
  protected readonly models = polled<Breakdown>(() => this.url('breakdown', { by: 'model' }));

  protected readonly tokens = computed(() => compactCount(this.totals.value()?.totalTokens, 'tokens'));
  protected readonly wh = computed(() => energy(this.totals.value()?.energyWh));
  protected readonly bars = computed(() => {
    const series = this.series.value();
    return series === undefined ? [] : toBars(series, this.zone());
  });

  private url(kind: string, more: Record<string, string>): string {
    const period = this.period();
    const query = new URLSearchParams({ ...asQuery(period), key: this.keyId(), ...more });
    if (this.status()?.demo === true) query.set('demo', 'true');
    return `/api/analytics/${kind}?${query.toString()}`;
  }
}

/** The API's `to` is exclusive: the day after the last one that counts. */
function asQuery(choice: PeriodChoice): Record<string, string> {
  if ('period' in choice) return { period: choice.period };
  const to = new Date(`${choice.to}T00:00:00Z`);
  to.setUTCDate(to.getUTCDate() + 1);
  return { from: choice.from, to: to.toISOString().slice(0, 10) };
}
