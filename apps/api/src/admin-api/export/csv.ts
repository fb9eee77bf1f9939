/** What a spreadsheet would take for the start of a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** The header line of an RFC 4180 file. */
export function csvHeader(columns: readonly string[]): string {
  return `${columns.join(',')}\r\n`;
}

/** A whole RFC 4180 file of equal records. */
export function toCsv<Row extends object>(
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): string {
  return csvHeader(columns) + rows.map((row) => `${csvCells(columns, row)}\r\n`).join('');
}

/** The cells of an RFC 4180 line. Texts that a spreadsheet would run get a leading apostrophe. */
function csvCells<Row extends object>(columns: readonly (keyof Row & string)[], row: Row): string {
  return columns.map((column) => cell(row[column])).join(',');
}

/** SQL: the same cell of a text. */
export function csvCellSql(text: string): string {
  const safe = `CASE WHEN left(${text}, 1) = ANY (ARRAY['=', '+', '-', '@', E'\\t', E'\\r'])
                      AND ${text} !~ '^-?[0-9]+([.][0-9]+)?$' THEN '''' ELSE '' END || ${text}`;
  return `CASE WHEN ${text} ~ E'[",\\r\\n]' THEN '"' || replace(${safe}, '"', '""') || '"' ELSE ${safe} END`;
}

function cell(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return '';
  const text = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
