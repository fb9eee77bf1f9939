import { type Figure, UNKNOWN, UNKNOWN_FIGURE, numberFormat } from './figure';

const STEPS = [
  { from: 1e12, unit: 'T' },
  { from: 1e9, unit: 'G' },
  { from: 1e6, unit: 'M' },
  { from: 1e5, unit: 'k', divisor: 1e3 },
];

/** `1,224`. */
export function count(value: number | null | undefined, locale?: string): string {
  return value == null ? UNKNOWN : numberFormat({ maximumFractionDigits: 0 }, locale).format(value);
}

/** `1,224`, and from a hundred thousand on three digits with `k`, `M`, `G`. `noun` stands in the exact words. */
export function compactCount(value: number | null | undefined, noun: string, locale?: string): Figure {
  if (value == null) return UNKNOWN_FIGURE;
  const exact = `${count(value, locale)} ${noun}`;
  const step = STEPS.find(({ from }) => Math.abs(value) >= from);
  if (step === undefined) return { figure: count(value, locale), unit: '', exact };
  const short = numberFormat({ maximumSignificantDigits: 3 }, locale).format(
    value / (step.divisor ?? step.from),
  );
  return { figure: short, unit: step.unit, exact };
}

/** `0.57 %`: `share` is 0–1. */
export function percent(share: number, locale?: string): string {
  return numberFormat({ style: 'percent', maximumSignificantDigits: 2 }, locale).format(share);
}

/** `61.5`. */
export function tokensPerSecond(value: number | null | undefined, locale?: string): string {
  return value == null
    ? UNKNOWN
    : numberFormat({ maximumFractionDigits: 1, minimumFractionDigits: 1 }, locale).format(value);
}

/** `3.2 GB`, in powers of a thousand. */
export function bytes(value: number | null | undefined, locale?: string): string {
  if (value == null) return UNKNOWN;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const short = numberFormat({ maximumSignificantDigits: 3 }, locale).format(value / 1000 ** power);
  return `${short}\u2009${units[power]}`;
}
