import type { RateSeries } from '@ollameter/admin-contract';
import { HOUR_MS, toInstant, toLocal } from '@ollameter/cost-model';
import { type PriceLevel, priceLevels, shortPeriods } from '../../charts/price-bands';
import { rate, shortRate } from '../../format/money';
import { clock } from '../../format/time';
import { WEEKDAYS } from '../weekdays';

const DAY_MS = 24 * HOUR_MS;

/** A day of prices; positions are 0–1 of the day. */
export interface DayRow {
  weekday: string;
  dayOfMonth: number;
  isToday: boolean;
  /** Where now is; null on other days. */
  now: number | null;
  stretches: { from: number; to: number; level: PriceLevel; short: string; title: string }[];
}

export interface PriceKey {
  level: PriceLevel;
  name: string;
  short: string;
}

/** The instants at which the days of the zone's week around `nowMs` begin, and that of the week after. */
export function weekStarts(nowMs: number, zone: string): number[] {
  const local = new Date(toLocal(nowMs, zone));
  local.setUTCHours(0, 0, 0, 0);
  const mondayMs = local.getTime() - ((local.getUTCDay() + 6) % 7) * DAY_MS;
  return Array.from({ length: 8 }, (_, day) => toInstant(mondayMs + day * DAY_MS, zone));
}

/** Prices of the week around `atMs` as seven rows, Monday first; it is now unless said otherwise. */
export function weekRows(series: RateSeries, zone: string, atMs: number, isNow = true): DayRow[] {
  const starts = weekStarts(atMs, zone);
  const level = priceLevels(series.items.map(({ rateMicrosPerKwh }) => rateMicrosPerKwh));
  const name = shortPeriods(series.items);
  return WEEKDAYS.map(({ short, name: dayName }, index) => {
    const [fromMs, toMs] = [starts[index] ?? 0, starts[index + 1] ?? 0];
    const positionOf = (ms: number) => (Math.min(toMs, Math.max(fromMs, ms)) - fromMs) / (toMs - fromMs);
    const isToday = isNow && fromMs <= atMs && atMs < toMs;
    return {
      weekday: short,
      dayOfMonth: new Date(toLocal(fromMs, zone)).getUTCDate(),
      isToday,
      now: isToday ? positionOf(atMs) : null,
      stretches: series.items
        .map((item) => {
          const [from, to] = [Math.max(fromMs, Date.parse(item.from)), Math.min(toMs, Date.parse(item.to))];
          const end = to === toMs ? '24:00' : clock(new Date(to), zone);
          return {
            from: positionOf(from),
            to: positionOf(to),
            level: level(item.rateMicrosPerKwh),
            short: shortRate(item.rateMicrosPerKwh, series.currency),
            title: `${dayName} ${clock(new Date(from), zone)}–${end}: ${name(item.period)}, ${rate(item.rateMicrosPerKwh, series.currency)}`,
          };
        })
        .filter(({ from, to }) => to > from),
    };
  });
}

/** What the colours stand for: each price of the week once, the cheapest first; of many only the range. */
export function priceKeys(series: RateSeries): PriceKey[] {
  const level = priceLevels(series.items.map(({ rateMicrosPerKwh }) => rateMicrosPerKwh));
  const name = shortPeriods(series.items);
  const prices = new Map<number, string>();
  for (const { rateMicrosPerKwh, period } of series.items) prices.set(rateMicrosPerKwh, name(period));
  const sorted = [...prices].sort(([a], [b]) => a - b);
  if (sorted.length <= 6)
    return sorted.map(([micros, period]) => ({
      level: level(micros),
      name: period.charAt(0).toUpperCase() + period.slice(1),
      short: shortRate(micros, series.currency),
    }));
  return ([1, 2, 3] as const).flatMap((step) => {
    const within = sorted.map(([micros]) => micros).filter((micros) => level(micros) === step);
    const [least, most] = [within[0], within.at(-1)];
    if (least === undefined || most === undefined) return [];
    const range = `${shortRate(least, series.currency)}–${shortRate(most, series.currency)}`;
    return [{ level: step, name: ['', 'Cheap', 'Middle', 'Dear'][step] ?? '', short: range }];
  });
}
