import type { Bucket } from '@ollameter/admin-contract';
import { clock, month, shortDay } from './time';

/** In few characters, below the axis. */
export function bucketLabel(at: string, bucket: Bucket, zone: string): string {
  if (bucket === 'day') return shortDay(at, zone);
  return bucket === 'month' ? month(at, zone) : clock(at, zone);
}

/** The whole stretch of time. */
export function bucketTitle(at: string, bucket: Bucket, zone: string): string {
  if (bucket === 'day') return shortDay(at, zone, true);
  if (bucket === 'month') return month(at, zone);
  const end = new Date(Date.parse(at) + (bucket === 'hour' ? 3_600_000 : 900_000));
  return `${shortDay(at, zone)}, ${clock(at, zone)}–${clock(end, zone)}`;
}
