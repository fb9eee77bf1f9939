/** A number as it is shown: rounded, with its unit apart, and what it exactly is. */
export interface Figure {
  figure: string;
  unit: string;
  /** For hover: all digits and the unit in words. */
  exact: string;
}

/** What is shown where a figure is not known. */
export const UNKNOWN = '–';

export const UNKNOWN_FIGURE: Figure = { figure: UNKNOWN, unit: '', exact: 'not known' };

const formats = new Map<string, Intl.NumberFormat>();

/** `Intl.NumberFormat` is dear to make and cheap to use. */
export function numberFormat(options: Intl.NumberFormatOptions, locale?: string): Intl.NumberFormat {
  const name = `${locale ?? ''} ${JSON.stringify(options)}`;
  let format = formats.get(name);
  if (format === undefined) formats.set(name, (format = new Intl.NumberFormat(locale, options)));
  return format;
}
