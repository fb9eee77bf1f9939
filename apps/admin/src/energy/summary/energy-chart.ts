import { Component, computed, inject, input, signal } from '@angular/core';
import type { Bucket, EnergySeries, RateSeries } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import { DataTable } from '../../charts/data-table';
import { TimeChart } from '../../charts/time-chart';
import { AnalyticsQuery } from '../../data/analytics-query';
import { Clock } from '../../data/clock';
import { polled } from '../../data/polled';
import { TimeZone } from '../../data/time-zone';
import { calendarDay } from '../../format/time';
import { EmptyState } from '../../ui/empty-state';
import { Panel } from '../../ui/panel';
import type { PeriodChoice } from '../../ui/period-choice';
import { Skeleton } from '../../ui/skeleton';
import { KINDS } from '../kinds';
import { type EnergyMeasure, energyChart } from './energy-series';

const BUCKET_MS: Record<Bucket, number> = {
  '15m': 900_000,
  hour: 3_600_000,
  day: 86_400_000,
  month: 31 * 86_400_000,
};
const BUCKET_WORDS: Record<Bucket, string> = {
  '15m': 'quarter hour',
  hour: 'hour',
  day: 'day',
  month: 'month',
};

/** Cost or energy over time by what it was for, with the price of the hour behind it. */
@Component({
  selector: 'om-energy-chart',
  imports: [ChartCard, DataTable, EmptyState, Panel, Skeleton, TimeChart],
  template: `
    <om-chart-card [heading]="heading()" [table]="chart()?.table" #card>
      <div class="legend" legend>
        @for (one of kinds(); track one.name) {
          <span><i [class]="'key ' + one.key"></i>{{ one.name }}</span>
        }
      </div>
      <div class="seg sm" tools role="group" aria-label="Measure">
        <button type="button" [attr.aria-pressed]="measure() === 'cost'" (click)="measure.set('cost')">
          Cost
        </button>
        <button type="button" [attr.aria-pressed]="measure() === 'energy'" (click)="measure.set('energy')">
          Energy
        </button>
      </div>
      <om-panel [source]="series" label="the chart">
        <om-skeleton skeleton height="17.5rem" />
        @if (isEmpty()) {
          <om-empty-state icon="energy" heading="Nothing was metered in this time">
            <p>The ledger begins with the first start of the gateway. Choose a longer period.</p>
          </om-empty-state>
        } @else if (chart(); as data) {
          @if (card.asTable()) {
            <om-data-table class="tall" [label]="heading()" [table]="data.table" />
          } @else {
            <om-time-chart
              [stacked]="true"
              [labels]="data.labels"
              [titles]="data.titles"
              [series]="data.series"
              [bands]="data.bands"
              [moment]="data.mark"
              [summary]="summary()"
            />
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
    .tall {
      --table-height: 17.5rem;
      height: 17.5rem;
    }
    om-panel {
      min-height: 17.5rem;
      display: grid;
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
export class EnergyChart {
  readonly choice = input.required<PeriodChoice>();

  private readonly query = inject(AnalyticsQuery);
  private readonly clock = inject(Clock);
  private readonly zone = inject(TimeZone).zone;
  protected readonly measure = signal<EnergyMeasure>('cost');

  private readonly today = computed(() => calendarDay(new Date(this.clock.nowMs()), this.zone()));
  /** Today to midnight, so that its plot stands still while it fills. */
  private readonly shown = computed<PeriodChoice>(() => {
    const choice = this.choice();
    const isToday = 'period' in choice && choice.period === 'today';
    return isToday ? { from: this.today(), to: this.today() } : choice;
  });
  private readonly params = computed(() => this.query.params(this.shown()));
  protected readonly series = polled<EnergySeries>(() => {
    const params = this.params();
    return params === undefined ? undefined : { url: '/api/energy/series', params };
  });
  private readonly span = computed(() => {
    const series = this.series.value();
    const [first, last] = [series?.items[0], series?.items.at(-1)];
    if (series === undefined || first === undefined || last === undefined) return null;
    return { from: first.at, toMs: Date.parse(last.at) + BUCKET_MS[series.bucket], bucket: series.bucket };
  });
  private readonly rates = polled<RateSeries>(
    () => {
      const span = this.span();
      if (span?.bucket !== 'hour') return undefined;
      return {
        url: '/api/energy/rates',
        params: { from: new Date(span.from).toISOString(), to: new Date(span.toMs).toISOString() },
      };
    },
    { everyMs: 300_000 },
  ).value;

  protected readonly chart = computed(() => {
    const [series, span] = [this.series.value(), this.span()];
    if (series === undefined || span === null) return undefined;
    return energyChart(series, this.rates(), this.measure(), this.zone(), this.clock.nowMs(), span.toMs);
  });
  protected readonly isEmpty = computed(
    () => this.series.value()?.items.every(({ total }) => total.energyPj === '0') ?? false,
  );
  protected readonly kinds = computed(() => {
    const names = this.chart()?.series.map(({ name }) => name) ?? [];
    return KINDS.filter(({ name }) => names.includes(name));
  });
  protected readonly heading = computed(
    () =>
      `${this.measure() === 'cost' ? 'Cost' : 'Energy'} by ${BUCKET_WORDS[this.series.value()?.bucket ?? 'hour']}`,
  );
  protected readonly summary = computed(() => {
    const data = this.chart();
    if (data === undefined) return '';
    const sums = data.labels.map((_, index) =>
      data.series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
    );
    const most = sums.indexOf(Math.max(...sums));
    const figure = data.series[0]?.format(sums[most] ?? 0) ?? '';
    return `${this.heading()}, by what it was for: highest ${data.titles[most] ?? ''}, ${figure}. Arrow keys walk along it.`;
  });
}
