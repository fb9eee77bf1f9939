import type { Series } from '@ollameter/admin-contract';
import { count } from '../format/count';
import { clock, month, shortDay } from '../format/time';
import type { Bar } from '../ui/bar-chart';

/** Requests by bucket, each with its time as people say it. */
export function toBars({ bucket, items }: Series, zone: string): Bar[] {
  return items.map(({ at, requests }) => ({
    name:
      bucket === 'month'
        ? month(at, zone)
        : bucket === 'day'
          ? shortDay(at, zone)
          : `${shortDay(at, zone)}, ${clock(at, zone)}`,
    short: bucket === 'month' || bucket === 'day' ? shortDay(at, zone) : clock(at, zone),
    parts: [{ name: 'Requests', value: requests, text: count(requests), colour: 'var(--chart-1)' }],
  }));
}
