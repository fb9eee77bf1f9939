import { type Figure, UNKNOWN, UNKNOWN_FIGURE, numberFormat } from './figure';

/** `0.553 Wh`, from a thousand on `1.53 kWh`. */
export function energy(wh: number | null | undefined, locale?: string): Figure {
  if (wh == null) return UNKNOWN_FIGURE;
  const exact = `${numberFormat({ maximumSignificantDigits: 9 }, locale).format(wh)} Wh`;
  if (wh === 0) return { figure: '0', unit: 'Wh', exact };
  const [value, unit] = Math.abs(wh) < 1000 ? [wh, 'Wh'] : [wh / 1000, 'kWh'];
  const options = Math.abs(value) < 1 ? { maximumFractionDigits: 3 } : { maximumSignificantDigits: 3 };
  const figure = numberFormat(
    Math.abs(value) < 0.001 ? { maximumSignificantDigits: 3 } : options,
    locale,
  ).format(value);
  return { figure, unit, exact };
}

/** The same in one text: `0.553 Wh`. */
export function energyText(wh: number | null | undefined, locale?: string): string {
  const { figure, unit } = energy(wh, locale);
  return unit === '' ? figure : `${figure}\u2009${unit}`;
}

/** For a column under the header "Energy, Wh": three decimals, so that the points align. */
export function whColumn(wh: number | null | undefined, locale?: string): string {
  if (wh == null) return UNKNOWN;
  return numberFormat({ minimumFractionDigits: 3, maximumFractionDigits: 3 }, locale).format(wh);
}

/** `396 W`. */
export function watts(value: number | null | undefined, locale?: string): string {
  if (value == null) return UNKNOWN;
  return `${numberFormat({ maximumFractionDigits: value < 10 ? 1 : 0 }, locale).format(value)}\u2009W`;
}
