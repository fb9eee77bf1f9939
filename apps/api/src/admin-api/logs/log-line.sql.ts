import { csvCells, csvCellSql } from '../export/csv';
import type { ExportFormat } from '../export/export-format';
import { type EnergyFields, energyOf, type EnergyRow, LOG_COLUMNS } from './log-row';

/** A row as the database writes it: the columns before and behind those of energy, which are reckoned here. */
export interface LineRow extends EnergyRow {
  head: string;
  tail: string;
}

const HEAD = [
  'id',
  'at',
  'keyId',
  'keyName',
  'model',
  'host',
  'endpoint',
  'streamed',
  'status',
  'outcome',
  'errorCode',
  'promptTokens',
  'completionTokens',
  'totalTokens',
  'tokensQuality',
  'durationMs',
  'queueMs',
  'ollamaQueueMs',
  'loadMs',
  'promptMs',
  'generateMs',
  'ttftMs',
  'tokensPerSecond',
] as const;
const ENERGY = [
  'concurrency',
  'energyWh',
  'energyPj',
  'energyQuality',
  'cost',
  'costNumerator',
  'currency',
] as const satisfies readonly (keyof EnergyFields)[];
const PREVIEWS = ['promptPreview', 'answerPreview'] as const;
const TEXTS = ['prompt', 'answer'] as const;

/** What somebody wrote, so that it may hold anything. */
const WRITTEN: readonly string[] = ['keyName', 'model', 'host', 'errorCode', ...PREVIEWS, ...TEXTS];
/** Columns that are told otherwise than they are kept. */
const TOLD: Readonly<Record<string, string>> = {
  at: `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  totalTokens: `CASE WHEN coalesce("promptTokens", "completionTokens") IS NOT NULL
                     THEN coalesce("promptTokens", 0) + coalesce("completionTokens", 0) END`,
};

/** Which texts a file holds. */
export interface ExportedTexts {
  /** Prompts and answers in full. */
  whole: boolean;
  /** False for a reader who may see none: their columns stay empty, and are not read. */
  readable: boolean;
}

/** The names of the columns, in order. */
export function lineColumns({ whole }: ExportedTexts): readonly string[] {
  return [...HEAD, ...ENERGY, ...PREVIEWS, ...(whole ? TEXTS : [])];
}

/**
 * SQL: LineRows from `request_log l LEFT JOIN request_energy e` (and `request_body b` where whole texts are asked for)
 * and the condition behind it, newest first. The database writes the lines, so that a file of millions costs the
 * gateway no objects.
 */
export function selectLines(
  format: ExportFormat,
  { whole, readable }: ExportedTexts,
  fromWhere: string,
): string {
  const tail = [...PREVIEWS, ...(whole ? TEXTS : [])];
  const told = (name: string) =>
    !readable && (tail as readonly string[]).includes(name) ? 'NULL::text' : (TOLD[name] ?? `"${name}"`);
  const part = (names: readonly string[]) =>
    format === 'csv'
      ? `concat(${names.map((name) => (WRITTEN.includes(name) ? csvCellSql(told(name)) : `(${told(name)})::text`)).join(", ',', ")})`
      : `(SELECT row_to_json(part)::text FROM (SELECT ${names.map((name) => `${told(name)} AS "${name}"`).join(', ')}) AS part)`;
  return `
    SELECT ${part(HEAD)} AS head, ${part(tail)} AS tail,
           "wasActive", "energyPj", "costNumerator", currency, "energyQuality", concurrency
      FROM (SELECT ${LOG_COLUMNS}${whole ? ', b.prompt, b.answer' : ''} ${fromWhere}) AS item
     ORDER BY id DESC`;
}

/** The whole line without its end. @param currency of a row that drew nothing */
export function toLine(format: ExportFormat, row: LineRow, currency: string): string {
  const energy = energyOf(row, currency);
  if (format === 'csv') return `${row.head},${csvCells<EnergyFields>(ENERGY, energy)},${row.tail}`;
  return `${row.head.slice(0, -1)},${JSON.stringify(energy).slice(1, -1)},${row.tail.slice(1)}`;
}
