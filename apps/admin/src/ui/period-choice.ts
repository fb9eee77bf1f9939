import { PERIODS, type Period } from '@ollameter/admin-contract';

/** A named period, or days of the calendar; `to` is the last day that counts. */
export type PeriodChoice = { period: Period } | { from: string; to: string };

/** The choice that an address holds; today where it holds none. */
export function toPeriodChoice(
  period: string | undefined,
  from: string | undefined,
  to: string | undefined,
): PeriodChoice {
  if (isDay(from) && isDay(to)) return { from, to };
  return { period: PERIODS.find((name) => name === period) ?? 'today' };
}

function isDay(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text);
}
