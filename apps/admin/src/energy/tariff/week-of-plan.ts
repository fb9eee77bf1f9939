import type { RateSeries, TariffInput } from '@ollameter/admin-contract';
import { HOUR_MS, Tariff, toInstant, toLocal, toSchedule } from '@ollameter/cost-model';
import { weekStarts } from './week-rows';

const WEEK_MS = 7 * 24 * HOUR_MS;

/** A week to look at: this one, or for a season that is not now the one a week after it next begins. */
export interface PreviewWeek {
  readonly name: string;
  readonly atMs: number;
}

/** This week first, then one for every other season, the next to come first. */
export function previewWeeks({ plan }: TariffInput, zone: string, nowMs: number): PreviewWeek[] {
  if (plan.kind !== 'time_of_use' || plan.seasons.length < 2 || !isZone(zone))
    return [{ name: 'This week', atMs: nowMs }];
  const today = new Date(toLocal(nowMs, zone));
  const monthDay = today.toISOString().slice(5, 10);
  const byStart = plan.seasons.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const current = byStart.findLast(({ from }) => from <= monthDay) ?? byStart.at(-1);
  const others = byStart
    .filter((season) => season !== current)
    .flatMap(({ name, from }) => {
      const [month = NaN, day = NaN] = from.split('-').map(Number);
      const year = today.getUTCFullYear() + (from > monthDay ? 0 : 1);
      const startMs = Date.UTC(year, month - 1, day);
      return Number.isNaN(startMs) ? [] : [{ name, atMs: toInstant(startMs + WEEK_MS, zone) }];
    });
  return [
    { name: `This week, ${current?.name ?? ''}`, atMs: nowMs },
    ...others.toSorted((a, b) => a.atMs - b.atMs),
  ];
}

/** What a plan makes of the week around an instant; null of prices that are not known yet, or a plan that is none yet. */
export function weekOfPlan({ plan, currency }: TariffInput, zone: string, atMs: number): RateSeries | null {
  if (plan.kind === 'dynamic' || !/^[A-Z]{3}$/.test(currency) || !isZone(zone)) return null;
  try {
    const starts = weekStarts(atMs, zone);
    const tariff = new Tariff([{ id: 0, currency, validFromUs: 0, schedule: toSchedule(plan) }]);
    const stretches = tariff.stretches((starts[0] ?? 0) * 1_000, (starts[7] ?? 0) * 1_000);
    return {
      currency,
      items: stretches.map(({ fromUs, untilUs, rateMicrosPerKwh, period }) => ({
        from: new Date(fromUs / 1_000).toISOString(),
        to: new Date(untilUs / 1_000).toISOString(),
        rateMicrosPerKwh: Number(rateMicrosPerKwh),
        period,
      })),
    };
  } catch (error) {
    // A season's start that is still being typed.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
