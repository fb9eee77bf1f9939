/**
 * The smallest UUIDv7 of a millisecond (RFC 9562 §5.7): ids made at or after it compare greater or equal, so a
 * bound on time is a bound on ids and PostgreSQL skips the partitions outside.
 * @param unixMs 0 to 2⁴⁸ − 1
 */
export function uuidv7AtMs(unixMs: number): string {
  const hex = unixMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
