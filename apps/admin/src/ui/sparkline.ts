import { Component, computed, input } from '@angular/core';

const WIDTH = 200;
const HEIGHT = 40;
/** Above the line, so that its stroke is not cut. */
const TOP = 6;

/** The course of a figure in one small line; its numbers stand in the chart below it, so it is for the eye only. */
@Component({
  selector: 'om-sparkline',
  template: `
    <svg viewBox="0 0 200 40" preserveAspectRatio="none">
      @if (line(); as path) {
        <path [attr.d]="path + area()" [style.fill]="'var(--chart-' + hue() + '-fill)'" />
        <path
          [attr.d]="path"
          fill="none"
          stroke-width="1.5"
          stroke-linejoin="round"
          stroke-linecap="round"
          vector-effect="non-scaling-stroke"
          [style.stroke]="'var(--chart-' + hue() + ')'"
        />
      }
    </svg>
  `,
  styles: `
    :host {
      display: block;
      height: 2.5rem;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
    }
  `,
  host: { 'aria-hidden': 'true' },
})
export class Sparkline {
  readonly values = input.required<readonly number[]>();
  /** 1 traffic, 2 money, 3 energy, 4 tokens. */
  readonly hue = input.required<1 | 2 | 3 | 4>();

  protected readonly line = computed(() => {
    const values = this.values();
    if (values.length < 2) return null;
    const most = Math.max(...values, 0);
    const x = (index: number): string => ((index * WIDTH) / (values.length - 1)).toFixed(1);
    const y = (value: number): string =>
      (most === 0 ? HEIGHT - 1 : HEIGHT - 1 - (value / most) * (HEIGHT - TOP)).toFixed(1);
    return values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value)}`).join('');
  });
  protected readonly area = computed(() => `L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`);
}
