import { uuidv7Ms } from '../exchange/uuid-v7';

/** A monthly partition by UUIDv7: its name and bounds, `from` inclusive, `to` exclusive. */
export interface MonthPartition {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** One id of each month (UTC) that these UUIDv7s fall into. */
export function oneOfEachMonth(ids: readonly string[]): string[] {
  const byMonth = new Map<number, string>();
  for (const id of ids) {
    const at = new Date(uuidv7Ms(id));
    byMonth.set(at.getUTCFullYear() * 12 + at.getUTCMonth(), id);
  }
  return [...byMonth.values()];
}

/** The partition of `table` that holds `id` (a UUIDv7): its bounds are the months' first milliseconds, UTC. */
export function monthPartition(table: string, id: string): MonthPartition {
  const at = new Date(uuidv7Ms(id));
  const year = at.getUTCFullYear();
  const month = at.getUTCMonth();
  return {
    name: `${table}_y${year}m${String(month + 1).padStart(2, '0')}`,
    from: uuidv7AtMs(Date.UTC(year, month)),
    to: uuidv7AtMs(Date.UTC(year, month + 1)),
  };
}

/**
 * The smallest UUIDv7 of a Unix millisecond (RFC 9562 §5.7): ids made at or after it compare greater or equal, so a
 * bound on time is a bound on ids, and PostgreSQL skips the partitions outside.
 */
export function uuidv7AtMs(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
