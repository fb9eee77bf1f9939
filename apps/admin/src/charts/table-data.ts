/** Figures to be read as a table and taken away as a file. */
export interface TableData {
  columns: readonly TableColumn[];
  rows: readonly (readonly TableCell[])[];
  /** A last line of sums. */
  foot?: readonly TableCell[];
}

export interface TableColumn {
  /** With the unit: "Energy, Wh". */
  name: string;
  isText?: boolean;
}

export interface TableCell {
  /** As it is shown. */
  text: string;
  /** As it stands in a file: every digit, no unit; the text where left out. */
  value?: string | number | null;
  /** For hover. */
  exact?: string;
}

/** A spreadsheet would take these for the start of a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** RFC 4180, with every digit. Texts that a spreadsheet would run get a leading apostrophe. */
export function toCsv({ columns, rows, foot }: TableData): string {
  const lines = [
    columns.map(({ name }) => name),
    ...[...rows, ...(foot === undefined ? [] : [foot])].map(values),
  ];
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

function values(row: readonly TableCell[]): (string | number | null)[] {
  return row.map(({ text, value }) => (value === undefined ? text : value));
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
