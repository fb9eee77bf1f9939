import { Component, input } from '@angular/core';
import { priceAt } from './price-bands';
import type { ChartBand, ChartSeries } from './time-series';

/** The numbers of a chart as a table, in the chart's place. */
@Component({
  selector: 'om-series-table',
  template: `
    <div class="tscroll" tabindex="0" role="group" [attr.aria-label]="heading() + ', table'">
      <table class="tbl dense">
        <thead>
          <tr>
            <th scope="col">Time</th>
            @for (one of series(); track one.name) {
              <th scope="col" class="num">{{ one.name }}</th>
            }
            @if (bands().length > 0) {
              <th scope="col">Price of a kWh</th>
            }
          </tr>
        </thead>
        <tbody>
          @for (title of titles(); track $index; let row = $index) {
            <tr>
              <th scope="row">{{ title }}</th>
              @for (one of series(); track one.name) {
                <td class="num">{{ cell(one, row) }}</td>
              }
              @if (bands().length > 0) {
                <td>{{ priceAt(bands(), row) }}</td>
              }
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    .tscroll {
      height: 17.5rem;
      overflow: auto;
    }
  `,
})
export class SeriesTable {
  readonly heading = input.required<string>();
  readonly titles = input.required<readonly string[]>();
  readonly series = input.required<readonly ChartSeries[]>();
  readonly bands = input<readonly ChartBand[]>([]);
  protected readonly priceAt = priceAt;

  protected cell({ values, format }: ChartSeries, row: number): string {
    const value = values[row];
    return value == null ? '–' : format(value);
  }
}
