import type { RateSeries } from '@ollameter/admin-contract';
import { shortRate } from '../format/money';
import type { ChartBand } from './time-series';

/** 1 cheap, 2 middle, 3 dear. */
export type PriceLevel = 1 | 2 | 3;

/**
 * How dear each rate is among those of the same time: up to three are told apart by rank (two are cheap and dear), more by
 * the third of the range they lie in. A single one is neither cheap nor dear.
 */
export function priceLevels(rates: readonly number[]): (rate: number) => PriceLevel {
  const distinct = [...new Set(rates)].sort((a, b) => a - b);
  const [least, most] = [distinct[0] ?? 0, distinct.at(-1) ?? 0];
  if (distinct.length <= 1) return () => 2;
  if (distinct.length === 2) return (rate) => (rate === least ? 1 : 3);
  if (distinct.length === 3) return (rate) => (rate === least ? 1 : rate === most ? 3 : 2);
  return (rate) => {
    const third = (most - least) / 3;
    return rate < least + third ? 1 : rate <= most - third ? 2 : 3;
  };
}

/**
 * What a kWh cost behind the buckets of a chart. None where the price never changed: then there is nothing to tell.
 * @param startsMs of the buckets, ascending
 * @param endMs of the last bucket
 */
export function priceBands(
  { items, currency }: RateSeries,
  startsMs: readonly number[],
  endMs: number,
): ChartBand[] {
  const name = shortPeriods(items);
  const level = priceLevels(items.map(({ rateMicrosPerKwh }) => rateMicrosPerKwh));
  if (new Set(items.map(({ rateMicrosPerKwh }) => rateMicrosPerKwh)).size < 2) return [];
  return items
    .map(({ from, to, rateMicrosPerKwh, period }) => ({
      from: positionOf(Date.parse(from), startsMs, endMs),
      to: positionOf(Date.parse(to), startsMs, endMs),
      level: level(rateMicrosPerKwh),
      label: `${capital(name(period))} ${shortRate(rateMicrosPerKwh, currency)}`,
    }))
    .filter((band) => band.to > band.from);
}

/** More than these would be a list that nobody listens to. */
const MOST_NAMED = 6;

/** What the colours behind a chart mean, for those who do not see them; empty without bands. */
export function bandsSentence(bands: readonly ChartBand[]): string {
  const labels = distinct(bands);
  if (labels.length === 0) return '';
  const named = labels.length > MOST_NAMED ? `${labels.length} different ones` : labels.join(', ');
  return ` Behind it the price of a kWh: ${named}.`;
}

/** What a kWh cost in one bucket: more than one price where it changed within. */
export function priceAt(bands: readonly ChartBand[], index: number): string {
  return distinct(bands.filter(({ from, to }) => from < index + 1 && to > index)).join(', ');
}

function distinct(bands: readonly ChartBand[]): string[] {
  return [...new Set(bands.map(({ label }) => label))];
}

/** Where a moment lies on an axis of buckets: 1.5 is the middle of the second. */
export function positionOf(ms: number, startsMs: readonly number[], endMs: number): number {
  const index = startsMs.findLastIndex((start) => start <= ms);
  const start = startsMs[index];
  if (start === undefined) return 0;
  const next = startsMs[index + 1] ?? endMs;
  return Math.min(startsMs.length, index + (ms - start) / (next - start));
}

/**
 * Names of periods without the season that all of them begin with: `winter on-peak` in winter is `on-peak`; `period 1`
 * stays what it is.
 */
export function shortPeriods(items: readonly { period: string }[]): (period: string) => string {
  const season = items[0]?.period.split(' ')[0] ?? '';
  const isShared = items.every(
    ({ period }) => period.startsWith(`${season} `) && /\D/.test(period.slice(season.length + 1)),
  );
  return (period) => (isShared ? period.slice(season.length + 1) : period);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
