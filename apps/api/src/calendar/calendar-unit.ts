import { HOUR_MS, toInstant, toLocal } from '@ollameter/cost-model';

/** Stretches of the wall clock. Weeks start on Monday. */
export type CalendarUnit = '15m' | 'hour' | 'day' | 'week' | 'month' | 'year';

const STEP_MS = { '15m': 15 * 60_000, hour: HOUR_MS } as const;

/** The instant at which the unit that contains an instant began in the zone. */
export function startOf(unit: CalendarUnit, instantMs: number, zone: string): number {
  const localMs = toLocal(instantMs, zone);
  if (unit === '15m' || unit === 'hour') return instantMs - modulo(localMs, STEP_MS[unit]);
  const day = new Date(localMs);
  day.setUTCHours(0, 0, 0, 0);
  if (unit === 'week') day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  if (unit === 'month' || unit === 'year') day.setUTCDate(1);
  if (unit === 'year') day.setUTCMonth(0);
  return toInstant(day.getTime(), zone);
}

/**
 * The first instant after the given one at which a unit begins. Quarter hours and hours follow the wall clock's
 * face: where it jumps, one of them is shorter.
 */
export function nextStart(unit: CalendarUnit, instantMs: number, zone: string): number {
  const localMs = toLocal(instantMs, zone);
  if (unit === '15m' || unit === 'hour') return instantMs + STEP_MS[unit] - modulo(localMs, STEP_MS[unit]);
  return toInstant(shiftLocal(unit, toLocal(startOf(unit, instantMs, zone), zone), 1), zone);
}

/** The instant at which the unit before the one that begins at `startMs` began. */
export function previousStart(
  unit: 'day' | 'week' | 'month' | 'year',
  startMs: number,
  zone: string,
): number {
  return toInstant(shiftLocal(unit, toLocal(startMs, zone), -1), zone);
}

/** The first midnight of the unit so many units on from the one that begins on this local day. */
function shiftLocal(unit: 'day' | 'week' | 'month' | 'year', localStartMs: number, by: number): number {
  const day = new Date(localStartMs);
  // A day whose midnight was skipped begins at one; its neighbours do not.
  day.setUTCHours(0, 0, 0, 0);
  if (unit === 'day') day.setUTCDate(day.getUTCDate() + by);
  if (unit === 'week') day.setUTCDate(day.getUTCDate() + 7 * by);
  if (unit === 'month') day.setUTCMonth(day.getUTCMonth() + by);
  if (unit === 'year') day.setUTCFullYear(day.getUTCFullYear() + by);
  return day.getTime();
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
