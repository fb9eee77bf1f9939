import { numberFormat } from '../../format/figure';

/** `812 g`, `8.15 kg`. */
export function carbonFigure(grams: number): string {
  const [value, unit] = grams < 1000 ? [grams, 'g'] : [grams / 1000, 'kg'];
  return `${numberFormat({ maximumSignificantDigits: 3 }).format(value)}\u2009${unit}`;
}
