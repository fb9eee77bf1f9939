import { Component, computed, input } from '@angular/core';
import type { Overview } from '@ollameter/admin-contract';
import { tokensPerSecond } from '../format/count';
import { duration, exactDuration } from '../format/duration';
import type { Polled } from '../data/polled';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';

/** How fast answers were: mean and percentiles of the period's completed requests. */
@Component({
  selector: 'om-latency',
  imports: [Panel, Skeleton],
  template: `
    <section class="card" aria-label="Speed">
      <header>
        <h2>Speed</h2>
        <span class="meta">of completed requests, percentiles within 5 %</span>
      </header>
      <div class="body">
        <om-panel [source]="source()" label="the speed">
          <om-skeleton skeleton height="8rem" />
          <div class="tscroll bleed" tabindex="0" role="group" aria-label="Speed, table">
            <table class="tbl">
              <thead>
                <tr>
                  <td></td>
                  <th scope="col" class="num">Mean</th>
                  <th scope="col" class="num" title="Half of the requests were at or below it (p50)">
                    Median
                  </th>
                  <th scope="col" class="num" title="95 % of the requests were at or below it">p95</th>
                  <th scope="col" class="num" title="99 % of the requests were at or below it">p99</th>
                </tr>
              </thead>
              <tbody>
                @for (row of rows(); track row.name) {
                  <tr>
                    <th scope="row" class="med">{{ row.name }}</th>
                    @for (cell of row.cells; track $index) {
                      <td class="num" [attr.title]="cell.exact">{{ cell.text }}</td>
                    }
                  </tr>
                }
              </tbody>
            </table>
          </div>
        </om-panel>
      </div>
    </section>
  `,
  styles: `
    :host {
      display: contents;
    }
    .tscroll {
      margin-bottom: calc(var(--sp-3) * -1);
    }
  `,
})
export class Latency {
  readonly source = input.required<Polled<Overview>>();

  protected readonly rows = computed(() => {
    const totals = this.source().value();
    if (totals === undefined) return [];
    const { avgDurationMs, avgTokensPerSecond, p50, p95, p99 } = totals;
    const time = (ms: number | null) => ({ text: duration(ms), exact: exactDuration(ms) });
    const speed = (value: number | null) => ({
      text: tokensPerSecond(value),
      exact: value === null ? null : `${value} tokens a second`,
    });
    return [
      { name: 'Duration', cells: [time(avgDurationMs), ...[p50, p95, p99].map((p) => time(p.durationMs))] },
      {
        name: 'Time to first token',
        cells: [{ text: '', exact: null }, ...[p50, p95, p99].map((p) => time(p.ttftMs))],
      },
      {
        name: 'Tokens a second',
        cells: [speed(avgTokensPerSecond), ...[p50, p95, p99].map((p) => speed(p.tokensPerSecond))],
      },
    ];
  });
}
