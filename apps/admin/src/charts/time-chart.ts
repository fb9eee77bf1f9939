import { Component, computed, inject, input, signal, viewChild } from '@angular/core';
import { BaseChartDirective } from 'ng2-charts';
import { bandPlugin, markPlugin, toChartData, toChartOptions } from './chart-config';
import { ChartPalette } from './palette';
import { bandsSentence, priceAt } from './price-bands';
import { CHARTS } from './register';
import type { ChartBand, ChartMark, ChartSeries } from './time-series';

/**
 * Bars and lines over time, on one or two axes. A picture with a sentence for those who do not see it; the arrow keys walk
 * along its points. The table with the same numbers stands beside it (`om-series-table`).
 */
@Component({
  selector: 'om-time-chart',
  imports: [BaseChartDirective],
  providers: [CHARTS],
  template: `
    <div
      class="plot"
      tabindex="0"
      role="img"
      [attr.aria-label]="name()"
      (keydown)="walk($event)"
      (blur)="leave()"
    >
      <canvas baseChart type="bar" [data]="data()" [options]="options()" [plugins]="plugins()"></canvas>
    </div>
    <span class="sr" aria-live="polite">{{ spoken() }}</span>
  `,
  styles: `
    :host {
      display: block;
      position: relative;
      height: 17.5rem;
    }
    .plot {
      position: absolute;
      inset: 0;
    }
  `,
})
export class TimeChart {
  readonly labels = input.required<readonly string[]>();
  /** For the tooltip, where the label is too short: the whole stretch of time. */
  readonly titles = input.required<readonly string[]>();
  readonly series = input.required<readonly ChartSeries[]>();
  readonly bands = input<readonly ChartBand[]>([]);
  /** A moment that is marked: now. */
  readonly moment = input<ChartMark | null>(null);
  readonly stacked = input(false);
  /** What the picture shows, in one sentence. */
  readonly summary = input.required<string>();

  private readonly palette = inject(ChartPalette).palette;
  private readonly chart = viewChild.required(BaseChartDirective);
  private readonly at = signal<number | null>(null);

  protected readonly data = computed(() => toChartData(this.labels(), this.series(), this.palette()));
  protected readonly options = computed(() =>
    toChartOptions(this.series(), this.titles(), this.palette(), this.stacked()),
  );
  protected readonly plugins = computed(() => [
    bandPlugin(this.bands(), this.palette()),
    markPlugin(this.moment(), this.palette()),
  ]);
  protected readonly name = computed(() => this.summary() + bandsSentence(this.bands()));
  protected readonly spoken = computed(() => {
    const at = this.at();
    if (at === null) return '';
    const figures = this.series().map(({ name, values, format }) => {
      const value = values[at];
      return value == null ? `${name} none` : `${name} ${format(value)}`;
    });
    const price = priceAt(this.bands(), at);
    if (price !== '') figures.push(price);
    return `${this.titles()[at] ?? this.labels()[at] ?? ''}: ${figures.join(', ')}`;
  });

  protected walk(event: KeyboardEvent): void {
    const last = this.labels().length - 1;
    const from = this.at() ?? (event.key === 'ArrowLeft' ? last + 1 : -1);
    const to = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.show(Math.max(0, Math.min(last, to)));
  }

  protected leave(): void {
    this.at.set(null);
    this.mark([]);
  }

  private show(index: number): void {
    this.at.set(index);
    this.mark(this.series().map((_, datasetIndex) => ({ datasetIndex, index })));
  }

  private mark(elements: { datasetIndex: number; index: number }[]): void {
    const chart = this.chart().chart;
    if (chart === undefined) return;
    chart.setActiveElements(elements);
    chart.tooltip?.setActiveElements(elements, { x: 0, y: 0 });
    chart.update('none');
  }
}
