import { Component, computed, inject, input, signal } from '@angular/core';
import type { Bucket, RateSeries, Series, SeriesPoint } from '@ollameter/admin-contract';
import { ChartCard } from '../charts/chart-card';
import { priceBands } from '../charts/price-bands';
import { SeriesTable } from '../charts/series-table';
import type { TableData } from '../charts/table-data';
import { TimeChart } from '../charts/time-chart';
import { type Polled, polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { TimeZone } from '../data/time-zone';
import { count } from '../format/count';
import { Session } from '../session/session';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';
import { type Measures, usageChart } from './usage-series';

const HOUR_MS = 3_600_000;
const RATES_REFRESH_MS = 300_000;
const BUCKET_WORDS: Record<Bucket, string> = {
  '15m': 'quarter hour',
  hour: 'hour',
  day: 'day',
  month: 'month',
};

/** Requests and cost, or tokens and energy, over time: two axes, and by the hour what a kWh cost behind them. */
@Component({
  selector: 'om-usage-chart',
  imports: [ChartCard, Panel, SeriesTable, Skeleton, TimeChart],
  template: `
    <om-chart-card [heading]="heading()" [exportUrl]="exportUrl() ?? undefined" [table]="table()" #card>
      <div class="legend" legend>
        @for (one of chart().series; track one.name) {
          <span>
            <i
              [class]="'key ' + (one.hue === 'ghost' ? 'kg' : 'k' + one.hue)"
              [class.line]="one.shape === 'line'"
            ></i
            >{{ one.name }}
          </span>
        }
      </div>
      <div class="seg sm" tools role="group" aria-label="Measures">
        <button
          type="button"
          [attr.aria-pressed]="measures() === 'requests-cost'"
          (click)="measures.set('requests-cost')"
        >
          Requests · cost
        </button>
        <button
          type="button"
          [attr.aria-pressed]="measures() === 'tokens-energy'"
          (click)="measures.set('tokens-energy')"
        >
          Tokens · Wh
        </button>
      </div>
      <om-panel [source]="source()" label="the chart">
        <om-skeleton skeleton height="17.5rem" />
        @if (card.asTable()) {
          <om-series-table
            [heading]="heading()"
            [titles]="chart().titles"
            [series]="chart().series"
            [bands]="bands()"
          />
        } @else {
          @defer (on immediate) {
            <om-time-chart
              [labels]="chart().labels"
              [titles]="chart().titles"
              [series]="chart().series"
              [summary]="summary()"
              [bands]="bands()"
            />
          } @placeholder {
            <om-skeleton height="17.5rem" />
          } @error {
            <p class="muted">The chart could not be loaded. Its numbers are in the table.</p>
          }
        }
      </om-panel>
    </om-chart-card>
  `,
  styles: `
    :host {
      display: contents;
    }
    .legend {
      margin-left: var(--sp-3);
    }
    .seg {
      margin-right: var(--sp-2);
    }
    @media (max-width: 767px) {
      .legend {
        margin-left: 0;
        order: 6;
        flex-basis: 100%;
      }
    }
  `,
})
export class UsageChart {
  readonly source = input.required<Polled<Series>>();
  /** The last this many points are drawn, those before them as ghosts; all where not said. */
  readonly shown = input<number | null>(null);
  /** What follows the measures in the heading; "by day" and the like where not said. */
  readonly span = input<string>();
  /** Of the gateway's export; without it the figures are saved as they are here. */
  readonly exportUrl = input<string | null>();

  private readonly zone = inject(TimeZone).zone;
  private readonly currency = inject(StatusFeed).currency;
  private readonly session = inject(Session);
  protected readonly measures = signal<Measures>('requests-cost');

  private readonly bucket = computed((): Bucket => this.source().value()?.bucket ?? 'day');
  private readonly items = computed<readonly SeriesPoint[]>(() => this.source().value()?.items ?? []);
  private readonly start = computed(() => Math.max(0, this.items().length - (this.shown() ?? Infinity)));
  private readonly points = computed(() => this.items().slice(this.start()));
  protected readonly chart = computed(() =>
    usageChart(
      this.points(),
      this.items().slice(0, this.start()),
      this.measures(),
      this.bucket(),
      this.zone(),
      this.currency(),
    ),
  );
  /** The price of the hour behind a chart by the hour, for whom may know it. */
  private readonly rates = polled<RateSeries>(
    () => {
      const [first, last] = [this.points()[0], this.points().at(-1)];
      const isKnown = this.bucket() === 'hour' && this.session.may('energy:read');
      if (!isKnown || first === undefined || last === undefined) return undefined;
      const to = new Date(Date.parse(last.at) + HOUR_MS).toISOString();
      return { url: '/api/energy/rates', params: { from: new Date(first.at).toISOString(), to } };
    },
    { everyMs: RATES_REFRESH_MS },
  ).value;
  protected readonly bands = computed(() => {
    const [rates, points] = [this.rates(), this.points()];
    if (rates === undefined || this.bucket() !== 'hour') return [];
    const startsMs = points.map(({ at }) => Date.parse(at));
    return priceBands(rates, startsMs, (startsMs.at(-1) ?? 0) + HOUR_MS);
  });
  protected readonly heading = computed(() => {
    const what = this.measures() === 'requests-cost' ? 'Requests and cost' : 'Tokens and energy';
    const span = this.span();
    return span === undefined ? `${what} by ${BUCKET_WORDS[this.bucket()]}` : `${what}, ${span}`;
  });
  protected readonly summary = computed(() => {
    const requests = this.points().reduce((sum, point) => sum + point.requests, 0);
    const busiest = this.points().reduce(
      (most, point, index) => (point.requests > (this.points()[most]?.requests ?? 0) ? index : most),
      0,
    );
    return `${this.heading()}: ${count(requests)} requests in all, most in ${this.chart().titles[busiest] ?? 'none'}. Arrow keys walk along it.`;
  });
  protected readonly table = computed<TableData>(() => ({
    columns: [
      { name: 'Time', isText: true },
      { name: 'Requests' },
      { name: 'Tokens' },
      { name: 'Energy, Wh' },
      { name: `Cost, ${this.currency()}` },
    ],
    rows: this.points().map(({ at, requests, totalTokens, energyWh, cost }) => [
      { text: at },
      { text: count(requests), value: requests },
      { text: count(totalTokens), value: totalTokens },
      { text: String(energyWh), value: energyWh },
      { text: cost },
    ]),
  }));
}
