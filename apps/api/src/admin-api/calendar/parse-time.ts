import { InvalidFieldsError } from '../invalid-fields.error';
import { toInstant } from '@ollameter/cost-model';

/** A date, alone or with a time and an offset. An unescaped `+` of a URL arrives as a space. */
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:[Zz]|([+ -])(\d\d):?(\d\d)))?$/;
const EXPECTED = 'must be ISO 8601 with an offset (2026-03-08T00:00:00-08:00) or a date (2026-03-08)';

/**
 * Unix ms of a `from` or `to` parameter; a date means its start in the zone.
 * @throws InvalidFieldsError naming the field
 */
export function parseTime(field: string, text: string, zone: string): number {
  const parts = TIME.exec(text);
  if (parts === null) throw InvalidFieldsError.of(field, EXPECTED);
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = parts;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const exists = new Date(date).toISOString().startsWith(`${year ?? ''}-${month ?? ''}-${day ?? ''}`);
  if (!exists || Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59)
    throw InvalidFieldsError.of(field, 'must be a time that exists');
  const milliseconds = Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
  const clockMs =
    ((Number(hour ?? 0) * 60 + Number(minute ?? 0)) * 60 + Number(second ?? 0)) * 1000 + milliseconds;
  const aheadMs = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60_000;
  const instant =
    hour === undefined ? toInstant(date, zone) : date + clockMs + (sign === '-' ? aheadMs : -aheadMs);
  if (instant < 0) throw InvalidFieldsError.of(field, 'must not be before 1970');
  return instant;
}

/**
 * The two ends of a stretch of time, each optional; `to` is exclusive.
 * @throws InvalidFieldsError naming `from` or `to`
 */
export function parseTimeRange(
  from: string | undefined,
  to: string | undefined,
  zone: string,
): { fromMs: number | null; toMs: number | null } {
  const fromMs = from === undefined ? null : parseTime('from', from, zone);
  const toMs = to === undefined ? null : parseTime('to', to, zone);
  if (fromMs !== null && toMs !== null && fromMs >= toMs)
    throw InvalidFieldsError.of('from', 'must be before to');
  return { fromMs, toMs };
}
