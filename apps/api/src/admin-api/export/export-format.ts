import { csvHeader, csvLine } from './csv';

export const EXPORT_FORMATS = ['csv', 'json', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
};

/** Writes equal records as one file, a batch at a time; JSON is an array. */
export async function* toFile<Row extends object>(
  format: ExportFormat,
  columns: readonly (keyof Row & string)[],
  batches: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string, void, undefined> {
  let separator = format === 'csv' ? csvHeader(columns) : format === 'json' ? '[\n' : '';
  if (format === 'csv') {
    yield separator;
    separator = '';
  }
  for await (const rows of batches) {
    let text = '';
    for (const row of rows) {
      if (format === 'csv') text += csvLine(columns, row);
      else if (format === 'jsonl') text += `${JSON.stringify(row)}\n`;
      else {
        text += separator + JSON.stringify(row);
        separator = ',\n';
      }
    }
    if (text !== '') yield text;
  }
  if (format === 'json') yield separator === '[\n' ? '[]\n' : '\n]\n';
}
