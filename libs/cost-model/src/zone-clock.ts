/**
 * Wall clocks of IANA zones, by Intl. An *instant* is Unix ms; a *local time* is what the zone's wall clock shows,
 * written as the Unix ms at which a UTC clock would show the same.
 */

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  return format;
}

/** Offsets at the two ends of a UTC day, by zone and day: between equal ends no clock was changed. */
const dayOffsets = new Map<string, readonly [number, number]>();
const KNOWN_DAYS = 20_000;

/** How far the zone's wall clock is ahead of UTC at an instant, ms. */
export function zoneOffsetMs(instantMs: number, zone: string): number {
  const day = Math.floor(instantMs / DAY_MS);
  const key = `${zone} ${day}`;
  let ends = dayOffsets.get(key);
  if (ends === undefined) {
    ends = [readOffsetMs(day * DAY_MS, zone), readOffsetMs((day + 1) * DAY_MS, zone)];
    if (dayOffsets.size >= KNOWN_DAYS) dayOffsets.clear();
    dayOffsets.set(key, ends);
  }
  return ends[0] === ends[1] ? ends[0] : readOffsetMs(instantMs, zone);
}

function readOffsetMs(instantMs: number, zone: string): number {
  const name = offsetFormat(zone)
    .formatToParts(instantMs)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours, minutes, seconds] =
    /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name ?? '') ?? [];
  if (sign === undefined) return 0;
  const ahead = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return (sign === '-' ? -ahead : ahead) * 1000;
}

export function toLocal(instantMs: number, zone: string): number {
  return instantMs + zoneOffsetMs(instantMs, zone);
}

/**
 * The instant at which the wall clock shows a local time: the first one where the clock shows it twice, and where
 * it is skipped, the instant that a clock not put forward would have shown it.
 */
export function toInstant(localMs: number, zone: string): number {
  const before = zoneOffsetMs(localMs - DAY_MS, zone);
  const after = zoneOffsetMs(localMs + DAY_MS, zone);
  const [early, late] = [localMs - Math.max(before, after), localMs - Math.min(before, after)];
  if (toLocal(early, zone) === localMs) return early;
  if (toLocal(late, zone) === localMs) return late;
  return localMs - before;
}

/** ISO 8601 with the zone's offset at that instant: `2026-03-08T00:00:00-08:00`. */
export function toIso(instantMs: number, zone: string): string {
  const offsetMinutes = Math.trunc(zoneOffsetMs(instantMs, zone) / 60_000);
  const local = new Date(instantMs + offsetMinutes * 60_000).toISOString().replace(/(\.000)?Z$/, '');
  const ahead = Math.abs(offsetMinutes);
  const [hours, minutes] = [Math.trunc(ahead / 60), ahead % 60].map((part) => String(part).padStart(2, '0'));
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${hours ?? ''}:${minutes ?? ''}`;
}
