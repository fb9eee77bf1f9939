import type { Period } from '@ollameter/admin-contract';
import { InvalidFieldsError } from '../invalid-fields.error';
import { previousStart, startOf } from '../../calendar/calendar-unit';
import { parseTimeRange } from './parse-time';
import { toInstant, toLocal } from '@ollameter/cost-model';

/** Unix ms; `toMs` is exclusive. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** A period and the one before it, taken to the same point. */
export interface PeriodPair {
  current: Span;
  previous: Span;
}

/** What was asked for: a named period, or two times. */
export interface PeriodRequest {
  period?: Period;
  from?: string;
  to?: string;
}

/** Usage is counted in quarter hours of UTC; given times are widened to whole ones. */
const GRAIN_MS = 15 * 60_000;

const UNITS = { today: 'day', week: 'week', month: 'month', year: 'year' } as const;

/**
 * The asked-for period in the zone's calendar: a named one runs from its start to now; `all` from `firstMs`.
 * The previous one began a unit (or the same local time) earlier and is cut where as much local time had passed.
 * @param firstMs when usage begins; null without any
 * @throws InvalidFieldsError naming `period`, `from` or `to`
 */
export function toPeriodPair(
  request: PeriodRequest,
  zone: string,
  nowMs: number,
  firstMs: number | null,
): PeriodPair {
  const named = request.from === undefined && request.to === undefined;
  if (!named && request.period !== undefined)
    throw InvalidFieldsError.of('period', 'must not be given together with from or to');
  const period = request.period ?? 'today';
  if (!named) return givenPair(request, zone, nowMs, firstMs);
  return period === 'all' ? allPair(nowMs, firstMs) : calendarPair(UNITS[period], zone, nowMs);
}

function calendarPair(unit: 'day' | 'week' | 'month' | 'year', zone: string, nowMs: number): PeriodPair {
  const fromMs = startOf(unit, nowMs, zone);
  const beforeMs = previousStart(unit, fromMs, zone);
  const sameMs = afterLocalTime(beforeMs, toLocal(nowMs, zone) - toLocal(fromMs, zone), zone);
  return {
    current: { fromMs, toMs: nowMs },
    previous: { fromMs: beforeMs, toMs: Math.min(sameMs, fromMs) },
  };
}

function allPair(nowMs: number, firstMs: number | null): PeriodPair {
  const fromMs = Math.min(firstMs ?? nowMs, nowMs);
  return { current: { fromMs, toMs: nowMs }, previous: { fromMs, toMs: fromMs } };
}

function givenPair(request: PeriodRequest, zone: string, nowMs: number, firstMs: number | null): PeriodPair {
  const given = parseTimeRange(request.from, request.to, zone);
  const toMs = Math.ceil((given.toMs ?? nowMs) / GRAIN_MS) * GRAIN_MS;
  const fromMs = Math.floor((given.fromMs ?? Math.min(firstMs ?? toMs, toMs)) / GRAIN_MS) * GRAIN_MS;
  if (fromMs >= toMs && given.fromMs !== null)
    throw InvalidFieldsError.of(
      'from',
      given.toMs === null ? 'must not be in the future' : 'must be before to',
    );
  const beforeMs = afterLocalTime(fromMs, toLocal(fromMs, zone) - toLocal(toMs, zone), zone);
  const running = fromMs < nowMs && nowMs < toMs;
  const sameMs = running
    ? afterLocalTime(beforeMs, toLocal(nowMs, zone) - toLocal(fromMs, zone), zone)
    : fromMs;
  return {
    current: { fromMs, toMs },
    previous: { fromMs: beforeMs, toMs: Math.min(Math.max(sameMs, beforeMs), fromMs) },
  };
}

/** The instant when the wall clock shows so much more than it does at `instantMs`. */
function afterLocalTime(instantMs: number, localMs: number, zone: string): number {
  return toInstant(toLocal(instantMs, zone) + localMs, zone);
}
