import type { EnergySeries, RateSeries } from '@ollameter/admin-contract';
import { positionOf, priceBands } from '../../charts/price-bands';
import type { TableData } from '../../charts/table-data';
import type { ChartBand, ChartMark, ChartSeries } from '../../charts/time-series';
import { energyText } from '../../format/energy';
import { money, moneyTick } from '../../format/money';
import { bucketLabel, bucketTitle } from '../../format/bucket';
import { clock } from '../../format/time';
import { KINDS } from '../kinds';

export type EnergyMeasure = 'cost' | 'energy';

export interface EnergyChartData {
  labels: string[];
  titles: string[];
  series: ChartSeries[];
  bands: ChartBand[];
  mark: ChartMark | null;
  table: TableData;
}

/** Up to here a price change is wide enough to be seen. */
const MOST_BANDED_BUCKETS = 200;

/**
 * What electricity was used for, over time, stacked. Buckets that have not begun are gaps.
 * @param rates in force over the same time; undefined where they are not known
 * @param endMs of the last bucket
 */
export function energyChart(
  { items, bucket, currency }: EnergySeries,
  rates: RateSeries | undefined,
  measure: EnergyMeasure,
  zone: string,
  nowMs: number,
  endMs: number,
): EnergyChartData {
  const startsMs = items.map(({ at }) => Date.parse(at));
  const isHourly = (bucket === 'hour' || bucket === '15m') && items.length <= MOST_BANDED_BUCKETS;
  const titles = items.map(({ at }) => bucketTitle(at, bucket, zone));
  const hasBegun = (index: number) => (startsMs[index] ?? 0) <= nowMs;
  const used = KINDS.filter(({ kind }) => items.some(({ byKind }) => byKind[kind].energyPj !== '0'));
  const kinds = used.length === 0 ? KINDS.slice(0, 1) : used;
  return {
    labels: items.map(({ at }) => bucketLabel(at, bucket, zone)),
    titles,
    series: kinds.map(({ kind, name, hue }) => ({
      name,
      hue,
      shape: 'bar',
      axis: 'left',
      values: items.map(({ byKind }, index) =>
        hasBegun(index) ? (measure === 'cost' ? Number(byKind[kind].cost) : byKind[kind].energyWh) : null,
      ),
      ...(measure === 'cost'
        ? {
            format: (value: number) => money(value.toFixed(12), currency),
            tick: (value: number) => moneyTick(value, currency),
          }
        : { format: energyText }),
    })),
    bands: isHourly && rates !== undefined ? priceBands(rates, startsMs, endMs) : [],
    mark:
      isHourly && nowMs < endMs && nowMs >= (startsMs[0] ?? Infinity)
        ? { at: positionOf(nowMs, startsMs, endMs), label: clock(new Date(nowMs), zone) }
        : null,
    table: {
      columns: [
        { name: 'Time', isText: true },
        ...kinds.flatMap(({ name }) => [{ name: `${name}, Wh` }, { name: `${name}, ${currency}` }]),
        { name: 'Metered, Wh' },
        { name: `Metered, ${currency}` },
      ],
      rows: items
        .filter((_, index) => hasBegun(index))
        .map(({ at, byKind, total }, index) => [
          { text: titles[index] ?? at, value: at },
          ...[...kinds.map(({ kind }) => byKind[kind]), total].flatMap((amount) => [
            { text: energyText(amount.energyWh), value: amount.energyWh, exact: `${amount.energyWh} Wh` },
            { text: money(amount.cost, currency), value: amount.cost },
          ]),
        ]),
    },
  };
}
