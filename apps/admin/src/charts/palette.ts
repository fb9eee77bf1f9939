import { DOCUMENT, Service, computed, inject } from '@angular/core';
import { Theme } from '../shell/theme';

/** Colours of the design tokens that a canvas needs; it cannot read CSS by itself. */
export interface Palette {
  /** The categorical colours, by their number in the tokens: 1 traffic, 2 money, 3 energy, 4 tokens. */
  hue: (number: Hue) => string;
  fill: (number: 1 | 2 | 3 | 4) => string;
  ghost: string;
  rest: string;
  grid: string;
  axis: string;
  text: string;
  text2: string;
  text3: string;
  surface: string;
  border: string;
  /** Behind time of a cheap, middle or dear price. */
  priceBand: (level: 1 | 2 | 3) => string;
  font: string;
  /** How much larger than on a desk everything is: 1.5 on a wall screen. */
  scale: number;
}

export type Hue = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Read once for each theme. */
@Service()
export class ChartPalette {
  private readonly theme = inject(Theme);
  private readonly root = inject(DOCUMENT).documentElement;

  readonly palette = computed((): Palette => {
    this.theme.applied();
    const style = getComputedStyle(this.root);
    const token = (name: string): string => style.getPropertyValue(name).trim();
    return {
      hue: (number) => token(`--chart-${number}`),
      fill: (number) => token(`--chart-${number}-fill`),
      ghost: token('--chart-ghost'),
      rest: token('--chart-rest'),
      grid: token('--grid'),
      axis: token('--axis'),
      text: token('--text'),
      text2: token('--text-2'),
      text3: token('--text-3'),
      surface: token('--surface-raised'),
      border: token('--border-strong'),
      priceBand: (level) => token(`--price-${level}-band`),
      font: token('--font-sans'),
      scale: parseFloat(style.fontSize) / 16,
    };
  });
}
