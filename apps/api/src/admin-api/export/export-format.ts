import { csvCells, csvHeader } from './csv';

export const EXPORT_FORMATS = ['csv', 'json', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
};
const LINE_ENDS: Readonly<Record<ExportFormat, string>> = { csv: '\r\n', json: ',\n', jsonl: '\n' };

/** Writes equal records as one file. */
export async function* toFile<Row extends object>(
  format: ExportFormat,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): AsyncGenerator<string, void, undefined> {
  const toLine = (row: Row) => (format === 'csv' ? csvCells(columns, row) : JSON.stringify(row));
  yield* linesToFile(format, columns, [rows.map(toLine)]);
}

/** Writes lines (without their ends) as one file, a batch at a time; JSON is an array. */
export async function* linesToFile(
  format: ExportFormat,
  columns: readonly string[],
  batches: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
): AsyncGenerator<string, void, undefined> {
  const end = LINE_ENDS[format];
  if (format === 'csv') yield csvHeader(columns);
  let isEmpty = true;
  for await (const lines of batches) {
    if (lines.length === 0) continue;
    if (format === 'json') yield (isEmpty ? '[\n' : end) + lines.join(end);
    else yield lines.join(end) + end;
    isEmpty = false;
  }
  if (format === 'json') yield isEmpty ? '[]\n' : '\n]\n';
}
