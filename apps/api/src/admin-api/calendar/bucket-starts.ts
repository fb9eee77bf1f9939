import type { Bucket } from '@ollameter/admin-contract';
import { InvalidFieldsError } from '../invalid-fields.error';
import type { Span } from './calendar-period';
import { nextStart, startOf } from '../../calendar/calendar-unit';

/** A month of quarter hours, with room. */
export const MAX_BUCKETS = 3000;

const DAY_MS = 86_400_000;

/** A bucket that gives a period some dozens of points. */
export function defaultBucket({ fromMs, toMs }: Span): Bucket {
  const days = (toMs - fromMs) / DAY_MS;
  if (days <= 2.1) return 'hour';
  return days <= 100 ? 'day' : 'month';
}

/**
 * The instants at which the span's buckets begin in the zone, Unix ms, ascending; the first holds `fromMs`.
 * @throws InvalidFieldsError when there would be more than MAX_BUCKETS
 */
export function bucketStarts({ fromMs, toMs }: Span, bucket: Bucket, zone: string): number[] {
  const starts = [startOf(bucket, fromMs, zone)];
  for (;;) {
    const next = nextStart(bucket, starts.at(-1) ?? fromMs, zone);
    if (next >= toMs) return starts;
    if (starts.length >= MAX_BUCKETS)
      throw InvalidFieldsError.of('bucket', `gives more than ${MAX_BUCKETS} points; take a coarser one`);
    starts.push(next);
  }
}
