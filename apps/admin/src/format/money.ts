import { UNKNOWN, numberFormat } from './figure';

/** An amount as the API sends it: an exact decimal string. */
export type Decimal = string | null | undefined;

/** Zeros that hold a place, and the digits that count. */
export interface SplitAmount {
  quiet: string;
  digits: string;
}

/**
 * `$12.40`; below one unit three significant digits, `$0.000268`; `$0`; unknown `–`. Never through a binary fraction:
 * `Intl.NumberFormat` reads decimal strings exactly.
 */
export function money(amount: Decimal, currency: string, locale?: string): string {
  if (amount == null) return UNKNOWN;
  const value = Number(amount);
  if (value === 0)
    return format(amount, currency, { minimumFractionDigits: 0, maximumFractionDigits: 0 }, locale);
  if (Math.abs(value) >= 1)
    return format(amount, currency, { minimumFractionDigits: 2, maximumFractionDigits: 2 }, locale);
  return format(amount, currency, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }, locale);
}

/** For an axis: as few digits as the value has, `$0.0005`, `$0.10`, `$5`. */
export function moneyTick(value: number, currency: string, locale?: string): string {
  const rounded = Number(value.toPrecision(3)).toFixed(12);
  const decimals = rounded.replace(/\.?0+$/, '').split('.')[1]?.length ?? 0;
  const digits = decimals === 0 ? 0 : Math.max(2, decimals);
  return format(rounded, currency, { minimumFractionDigits: digits, maximumFractionDigits: digits }, locale);
}

/** All digits: `$0.000042555556`. */
export function exactMoney(amount: Decimal, currency: string, locale?: string): string {
  if (amount == null) return 'not known';
  return format(amount, currency, { minimumFractionDigits: 2, maximumFractionDigits: 12 }, locale);
}

/** For a column: six decimals, with the zeros before the first digit that counts apart. */
export function moneyColumn(amount: Decimal, currency: string, locale?: string): SplitAmount {
  if (amount == null) return { quiet: '', digits: UNKNOWN };
  const value = Number(amount);
  if (value === 0) return { quiet: money(amount, currency, locale), digits: '' };
  const text = format(amount, currency, { minimumFractionDigits: 6, maximumFractionDigits: 6 }, locale);
  const first = text.search(/[1-9]/);
  if (first < 0) return { quiet: '', digits: money(amount, currency, locale) };
  return Math.abs(value) >= 1
    ? { quiet: '', digits: text }
    : { quiet: text.slice(0, first), digits: text.slice(first) };
}

/** `$0.383/kWh` from µ-currency per kWh, to the last digit. */
export function rate(microsPerKwh: number, currency: string, locale?: string): string {
  const options = { minimumFractionDigits: 2, maximumFractionDigits: 6 };
  return `${format((microsPerKwh / 1e6).toFixed(6), currency, options, locale)}/kWh`;
}

/** Signs of the hundredth parts of currencies in which people say what electricity costs. */
const CENTS: Record<string, string> = { USD: '¢', CAD: '¢', AUD: '¢', NZD: '¢', EUR: '\u2009ct', GBP: 'p' };

/** For chips and heat-maps: `52.3¢`; in other currencies `kr 1.25`. The unit, per kWh, is said beside. */
export function shortRate(microsPerKwh: number, currency: string, locale?: string): string {
  const sign = CENTS[currency];
  if (sign === undefined)
    return format((microsPerKwh / 1e6).toFixed(6), currency, { maximumSignificantDigits: 3 }, locale);
  const cents = microsPerKwh / 1e4;
  const options = Math.abs(cents) < 0.1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 1 };
  return `${numberFormat(options, locale).format(cents)}${sign}`;
}

/** What a power drawn for an hour costs: `$0.207/h`. */
export function costPerHour(watts: number, microsPerKwh: number, currency: string, locale?: string): string {
  return `${money(((watts / 1000) * (microsPerKwh / 1e6)).toFixed(12), currency, locale)}/h`;
}

function format(
  amount: string,
  currency: string,
  options: Intl.NumberFormatOptions,
  locale: string | undefined,
): string {
  const style: Intl.NumberFormatOptions = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' };
  return numberFormat({ ...style, ...options }, locale).format(amount as Intl.StringNumericLiteral);
}
