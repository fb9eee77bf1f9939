const formats = new Map<string, Intl.DateTimeFormat>();

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const DAY = { day: 'numeric', month: 'short' } as const;

/** `15:59:54` today in the zone, `22 Nov, 15:59:54` before, with the year where it is another one. */
export function moment(at: string | Date, zone: string, now: Date = new Date(), locale?: string): string {
  const date = new Date(at);
  const day = calendarDay(date, zone);
  if (day === calendarDay(now, zone)) return format(CLOCK, zone, locale).format(date);
  if (day.slice(0, 4) === calendarDay(now, zone).slice(0, 4))
    return format({ ...DAY, ...CLOCK }, zone, locale).format(date);
  return format({ ...DAY, year: 'numeric', ...CLOCK }, zone, locale).format(date);
}

/** `15:59`. */
export function clock(at: string | Date, zone: string, locale?: string): string {
  return format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone, locale).format(new Date(at));
}

/** `15:59:54.822`. */
export function preciseClock(at: string | Date, zone: string, locale?: string): string {
  return format({ ...CLOCK, fractionalSecondDigits: 3 }, zone, locale).format(new Date(at));
}

/** `23 Nov`, or with the year. */
export function shortDay(at: string | Date, zone: string, withYear = false, locale?: string): string {
  return format(withYear ? { ...DAY, year: 'numeric' } : DAY, zone, locale).format(new Date(at));
}

/** `Monday, 23 November`. */
export function longDay(at: string | Date, zone: string, locale?: string): string {
  return format({ weekday: 'long', day: 'numeric', month: 'long' }, zone, locale).format(new Date(at));
}

/** `November 2026`. */
export function month(at: string | Date, zone: string, locale?: string): string {
  return format({ month: 'long', year: 'numeric' }, zone, locale).format(new Date(at));
}

/** For hover: day, time to the millisecond, offset and zone. */
export function exactTime(at: string | Date, zone: string, locale?: string): string {
  const options = {
    weekday: 'short',
    ...DAY,
    year: 'numeric',
    ...CLOCK,
    fractionalSecondDigits: 3,
    timeZoneName: 'longOffset',
  } as const;
  return `${format(options, zone, locale).format(new Date(at))}, ${zone}`;
}

/** `GMT-08:00` as `−08:00`; `+00:00` for UTC. */
export function offset(at: string | Date, zone: string): string {
  const parts = format({ timeZoneName: 'longOffset' }, zone, 'en').formatToParts(new Date(at));
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') ?? '';
  return name === '' ? '+00:00' : name.replace('-', '\u2212');
}

/** `2026-11-23`: the date that the zone's calendars show. */
export function calendarDay(at: Date, zone: string): string {
  return format({ year: 'numeric', month: '2-digit', day: '2-digit' }, zone, 'en-CA').format(at);
}

/** `Los Angeles` of `America/Los_Angeles`. */
export function zoneCity(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

function format(options: Intl.DateTimeFormatOptions, zone: string, locale?: string): Intl.DateTimeFormat {
  const name = `${locale ?? ''} ${zone} ${JSON.stringify(options)}`;
  let made = formats.get(name);
  if (made === undefined)
    formats.set(name, (made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })));
  return made;
}
