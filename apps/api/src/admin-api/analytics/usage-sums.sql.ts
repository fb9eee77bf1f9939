import { ALL_KEYS_ID } from '../../request-log/usage-rollup';
import { toRanges, toUsageGrains } from './usage-grains';

/** Rows of a table in the ranges of an array. `OFFSET 0` keeps the planner, which cannot know how few the ranges are, from reading the whole table once. */
const within = (ranges: string, columns: string, source: string) => `
  SELECT part.* FROM unnest(${ranges}::tstzrange[]) AS stretch (at), LATERAL (
    SELECT ${columns} FROM ${source} bucket_at >= lower(stretch.at) AND bucket_at < upper(stretch.at) OFFSET 0) AS part`;

/** Parameters that hold the arrays of {@link usageRanges}. */
type RangeParameters = readonly [quarters: string, hours: string, days: string, months: string];

/**
 * A subquery for the rollups of some stretches of time, whole hours, days and months of them summed already.
 * @param columns of `usage_sum` that are wanted
 * @param holders whether `key_id` matters: rows of each key are a dozen times as many as those of all keys together,
 *   in which it says nothing
 */
export function usageSums(
  columns: string,
  [quarters, hours, days, months]: RangeParameters,
  holders: 'each key' | 'all keys' = 'each key',
): string {
  const held = holders === 'all keys' ? '=' : '<>';
  const grain = (name: string, ranges: string) =>
    within(ranges, columns, `usage_sum WHERE grain = '${name}' AND key_id ${held} '${ALL_KEYS_ID}' AND`);
  return `(${[
    within(quarters, columns, 'usage_rollup WHERE'),
    grain('hour', hours),
    grain('day', days),
    grain('month', months),
  ].join(' UNION ALL ')})`;
}

/** Quarter hours, hours, days and months between boundaries (ascending, Unix ms), none over a boundary, as `tstzrange[]` each. */
export function usageRanges(boundaries: readonly number[]): string[][] {
  const { quarter, hour, day, month } = toUsageGrains(boundaries, ['hour', 'day', 'month']);
  return [quarter, hour, day, month].map(toRanges);
}
