import { Component, computed, input } from '@angular/core';
import { watts } from '../format/energy';
import { niceScale } from '../format/nice-scale';
import { HISTORY_MS, type PowerSample } from './power-history';

/** Power over the last five minutes, as far as this page has been open. */
@Component({
  selector: 'om-power-chart',
  template: `
    <div class="plot" role="img" [attr.aria-label]="sentence()">
      <div class="axis">
        @for (tick of scale().ticks; track tick) {
          <span [style.bottom.%]="(tick / scale().top) * 100">{{ tick }}</span>
        }
      </div>
      <div class="plane">
        @for (tick of scale().ticks; track tick) {
          <i [style.bottom.%]="(tick / scale().top) * 100"></i>
        }
        <svg viewBox="0 0 300 100" preserveAspectRatio="none">
          @if (line(); as path) {
            <path class="area" [attr.d]="path + 'V100H' + firstX() + 'Z'" />
            <path class="line" [attr.d]="path" vector-effect="non-scaling-stroke" />
          }
        </svg>
      </div>
      <div class="names">
        <span>−5 min</span><span>−4</span><span>−3</span><span>−2</span><span>−1</span><span>now</span>
      </div>
    </div>
  `,
  styles: `
    .plot {
      display: grid;
      grid-template: 9rem 1.25rem / auto minmax(0, 1fr);
      gap: 0.25rem 0.5rem;
      font-size: 0.6875rem;
      line-height: 1rem;
      color: var(--text-3);
    }
    .axis,
    .plane {
      position: relative;
    }
    .axis {
      min-width: 2rem;
    }
    .axis span {
      position: absolute;
      right: 0;
      transform: translateY(50%);
    }
    .plane i {
      position: absolute;
      inset-inline: 0;
      border-top: 1px solid var(--grid);
    }
    svg {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
    }
    .area {
      fill: var(--chart-3-fill);
    }
    .line {
      fill: none;
      stroke: var(--chart-3);
      stroke-width: 1.75;
      stroke-linejoin: round;
    }
    .names {
      grid-column: 2;
      display: flex;
      justify-content: space-between;
    }
  `,
})
export class PowerChart {
  readonly history = input.required<readonly PowerSample[]>();

  protected readonly scale = computed(() => niceScale(Math.max(10, ...this.history().map((s) => s.watts))));
  private readonly points = computed(() => {
    const history = this.history();
    const endMs = history.at(-1)?.atMs ?? 0;
    const top = this.scale().top;
    return history.map(({ atMs, watts: drawn }) => ({
      x: (300 * (1 - (endMs - atMs) / HISTORY_MS)).toFixed(1),
      y: (100 - (drawn / top) * 100).toFixed(2),
    }));
  });
  protected readonly firstX = computed(() => this.points()[0]?.x ?? '0');
  protected readonly line = computed(() => {
    const points = this.points();
    return points.length < 2 ? null : `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`;
  });
  protected readonly sentence = computed(() => {
    const values = this.history().map((sample) => sample.watts);
    if (values.length === 0) return 'Power of the last five minutes: nothing yet.';
    return `Power of the last five minutes: now ${watts(values.at(-1))}, lowest ${watts(Math.min(...values))}, highest ${watts(Math.max(...values))}.`;
  });
}
