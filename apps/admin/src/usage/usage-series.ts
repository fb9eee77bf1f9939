import type { Bucket, SeriesPoint } from '@ollameter/admin-contract';
import type { ChartSeries } from '../charts/time-series';
import { count } from '../format/count';
import { energyText } from '../format/energy';
import { money, moneyTick } from '../format/money';
import { bucketLabel, bucketTitle } from '../format/bucket';

/** Which two measures share the plot. */
export type Measures = 'requests-cost' | 'tokens-energy';

export interface UsageChart {
  labels: string[];
  titles: string[];
  series: ChartSeries[];
}

/**
 * Points as a chart of bars (left axis) and a line (right axis). `before` are the same hours a day earlier, drawn as ghosts.
 */
export function usageChart(
  points: readonly SeriesPoint[],
  before: readonly SeriesPoint[],
  measures: Measures,
  bucket: Bucket,
  zone: string,
  currency: string,
): UsageChart {
  const [bars, line] = MEASURES[measures];
  const drawn = (measure: Measure): Pick<ChartSeries, 'name' | 'hue' | 'values' | 'format' | 'tick'> => ({
    name: measure.name,
    hue: measure.hue,
    values: points.map(measure.of),
    format: measure.format(currency),
    ...(measure.tick === undefined ? {} : { tick: measure.tick(currency) }),
  });
  const series: ChartSeries[] = [
    { ...drawn(bars), shape: 'bar', axis: 'left' },
    { ...drawn(line), shape: 'line', axis: 'right' },
  ];
  if (before.length > 0)
    series.push({
      name: 'A day earlier',
      hue: 'ghost',
      shape: 'bar',
      axis: 'left',
      values: before.map(bars.of),
      format: bars.format(currency),
    });
  return {
    labels: points.map(({ at }) => bucketLabel(at, bucket, zone)),
    titles: points.map(({ at }) => bucketTitle(at, bucket, zone)),
    series,
  };
}

interface Measure {
  name: string;
  hue: ChartSeries['hue'];
  of: (point: SeriesPoint) => number;
  format: (currency: string) => (value: number) => string;
  tick?: (currency: string) => (value: number) => string;
}

const MEASURES: Record<Measures, readonly [Measure, Measure]> = {
  'requests-cost': [
    { name: 'Requests', hue: 1, of: ({ requests }) => requests, format: () => count, tick: () => whole },
    {
      name: 'Cost',
      hue: 2,
      of: ({ cost }) => Number(cost),
      format: (currency) => (value) => money(value.toFixed(12), currency),
      tick: (currency) => (value) => moneyTick(value, currency),
    },
  ],
  'tokens-energy': [
    { name: 'Tokens', hue: 4, of: ({ totalTokens }) => totalTokens, format: () => count, tick: () => whole },
    { name: 'Energy', hue: 3, of: ({ energyWh }) => energyWh, format: () => energyText },
  ],
};

/** Between two whole requests an axis has nothing to say. */
function whole(value: number): string {
  return Number.isInteger(value) ? count(value) : '';
}
