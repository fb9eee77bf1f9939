import { Component, computed, input } from '@angular/core';
import { watts } from '../format/energy';
import { TimeText } from '../ui/time-text';
import type { PowerSample } from './power-history';

const STEP_MS = 10_000;

/** The same five minutes in figures, the newest first, one line for ten seconds; as high as the chart. */
@Component({
  selector: 'om-power-table',
  imports: [TimeText],
  template: `
    <div class="tscroll" tabindex="0" role="group" aria-label="Power of the last five minutes, table">
      <table class="tbl dense">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" class="num">Mean</th>
            <th scope="col" class="num">Highest</th>
          </tr>
        </thead>
        <tbody>
          @for (line of lines(); track line.atMs) {
            <tr>
              <td><om-time [at]="line.at" /></td>
              <td class="num">{{ watts(line.mean) }}</td>
              <td class="num">{{ watts(line.highest) }}</td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: `
    .tscroll {
      height: 10.5rem;
      overflow-y: auto;
    }
  `,
})
export class PowerTable {
  readonly history = input.required<readonly PowerSample[]>();
  protected readonly watts = watts;

  protected readonly lines = computed(() => {
    const steps = new Map<number, number[]>();
    for (const { atMs, watts: drawn } of this.history()) {
      const step = Math.floor(atMs / STEP_MS) * STEP_MS;
      steps.set(step, [...(steps.get(step) ?? []), drawn]);
    }
    return [...steps].reverse().map(([atMs, drawn]) => ({
      atMs,
      at: new Date(atMs).toISOString(),
      mean: drawn.reduce((sum, value) => sum + value, 0) / drawn.length,
      highest: Math.max(...drawn),
    }));
  });
}
