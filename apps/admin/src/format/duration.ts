import { UNKNOWN, numberFormat } from './figure';

/** `912 ms`, `8.80 s`, `2 min 5 s`, `4 h 18 min`, `3 d 4 h`. */
export function duration(ms: number | null | undefined, locale?: string): string {
  if (ms == null) return UNKNOWN;
  if (Math.round(ms) < 1000)
    return `${numberFormat({ maximumFractionDigits: 0 }, locale).format(ms)}\u2009ms`;
  const seconds = ms / 1000;
  if (seconds < 59.995)
    return `${numberFormat({ minimumSignificantDigits: 3, maximumSignificantDigits: 3 }, locale).format(seconds)}\u2009s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** For a column under the header "Duration, s". */
export function secondsColumn(ms: number | null | undefined, locale?: string): string {
  if (ms == null) return UNKNOWN;
  return numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2 }, locale).format(ms / 1000);
}

/** For hover: `8,803 ms`. */
export function exactDuration(ms: number | null | undefined, locale?: string): string {
  return ms == null ? 'not known' : `${numberFormat({ maximumFractionDigits: 3 }, locale).format(ms)} ms`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}\u2009${largeUnit}` : `${large}\u2009${largeUnit} ${small}\u2009${smallUnit}`;
}
