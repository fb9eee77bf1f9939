/** What a spreadsheet would take for the start of a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** The header line of an RFC 4180 file. */
export function csvHeader(columns: readonly string[]): string {
  return `${columns.join(',')}\r\n`;
}

/** One RFC 4180 line. Texts that a spreadsheet would run get a leading apostrophe. */
export function csvLine<Row extends object>(columns: readonly (keyof Row & string)[], row: Row): string {
  let line = '';
  for (const column of columns) line += (line === '' && column === columns[0] ? '' : ',') + cell(row[column]);
  return `${line}\r\n`;
}

function cell(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return '';
  const text = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
