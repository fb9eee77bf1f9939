import type { Hue } from './palette';

/** One measure over time. */
export interface ChartSeries {
  name: string;
  /** A colour of the palette; `ghost` is the period before, for comparison only; `rest` is what is left over. */
  hue: Hue | 'ghost' | 'rest';
  shape: 'bar' | 'line';
  axis: 'left' | 'right';
  /** One for each label; null is a gap. */
  values: readonly (number | null)[];
  /** For tooltip and table. */
  format: (value: number) => string;
  /** For the axis, where it is to be shorter. */
  tick?: (value: number) => string;
  /** Under a line, a soft fill. */
  filled?: boolean;
}

/** A stretch of time behind the plot: what a kWh cost then. */
export interface ChartBand {
  /** Positions between labels: 0 is the left edge of the first, 1.5 the middle of the second. */
  from: number;
  to: number;
  level: 1 | 2 | 3;
  label: string;
}

/** A moment to be marked on the plot. */
export interface ChartMark {
  /** As of a band. */
  at: number;
  label: string;
}
