import { toRanges, toUsageGrains } from './usage-grains';

/** Rows of a table in the ranges of an array. `OFFSET 0` keeps the planner, which cannot know how few the ranges are, from reading the whole table once. */
const within = (ranges: string, columns: string, source: string) => `
  SELECT part.* FROM unnest(${ranges}::tstzrange[]) AS stretch (at), LATERAL (
    SELECT ${columns} FROM ${source} bucket_at >= lower(stretch.at) AND bucket_at < upper(stretch.at) OFFSET 0) AS part`;

/**
 * A subquery for the rollups of some stretches of time, whole hours and days of them summed already.
 * @param columns of `usage_sum` that are wanted
 * @param ranges the parameters that hold the three arrays of {@link usageRanges}
 */
export function usageSums(
  columns: string,
  [quarters, hours, days]: readonly [string, string, string],
): string {
  return `(${[
    within(quarters, columns, 'usage_rollup WHERE'),
    within(hours, columns, `usage_sum WHERE grain = 'hour' AND`),
    within(days, columns, `usage_sum WHERE grain = 'day' AND`),
  ].join(' UNION ALL ')})`;
}

/** Quarter hours, hours and days between boundaries (ascending, Unix ms), none over a boundary, as `tstzrange[]` each. */
export function usageRanges(boundaries: readonly number[]): [string[], string[], string[]] {
  const { quarter, hour, day } = toUsageGrains(boundaries, ['hour', 'day']);
  return [toRanges(quarter), toRanges(hour), toRanges(day)];
}
