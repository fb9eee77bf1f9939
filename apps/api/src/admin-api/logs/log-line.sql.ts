import { csvCellSql } from '../export/csv';
import type { ExportFormat } from '../export/export-format';
import { LOG_COLUMNS } from './log-row';

const COLUMNS = [
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
  'cachedPromptTokens',
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
  'concurrency',
  'energyWh',
  'energyPj',
  'energyQuality',
  'cost',
  'costNumerator',
  'currency',
] as const;
const PREVIEWS = ['promptPreview', 'answerPreview'] as const;
const TEXTS = ['prompt', 'answer'] as const;

/** What somebody wrote, so that it may hold anything. */
const WRITTEN: readonly string[] = ['keyName', 'model', 'host', 'errorCode', ...PREVIEWS, ...TEXTS];
/** Columns that are told otherwise than they are kept. */
const TOLD: Readonly<Record<string, string>> = {
  at: `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  totalTokens: `CASE WHEN coalesce("promptTokens", "completionTokens") IS NOT NULL
                     THEN coalesce("promptTokens", 0) + coalesce("completionTokens", 0) END`,
  concurrency: 'CASE WHEN NOT pending THEN concurrency END',
  energyWh: energyWhSql('pj'),
  energyPj: 'pj::text',
  energyQuality: `CASE WHEN pending THEN 'pending' ELSE coalesce("energyQuality", 'constant') END`,
  cost: costSql('numerator'),
  costNumerator: 'numerator::text',
  currency: 'unit',
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
  return [...COLUMNS, ...PREVIEWS, ...(whole ? TEXTS : [])];
}

/**
 * SQL: `line`, newest first, from `request_log l LEFT JOIN request_energy e` (and `request_body b` where whole texts are
 * asked for) and the condition behind it. What a line says is what `toLogItem` says; the database writes it, so that a
 * file of millions costs the gateway neither time nor memory. JSON comes with a comma in front of each.
 */
export function selectLines(
  format: ExportFormat,
  shown: ExportedTexts,
  fromWhere: string,
  currency: string,
): string {
  const isText = (name: string) => [...PREVIEWS, ...TEXTS].some((each) => each === name);
  const told = (name: string) =>
    isText(name) && !shown.readable ? 'NULL::text' : (TOLD[name] ?? `"${name}"`);
  const columns = lineColumns(shown);
  const cell = (name: string) => (WRITTEN.includes(name) ? csvCellSql(told(name)) : `(${told(name)})::text`);
  // A function takes a hundred arguments at most.
  const csv = `concat_ws(',', ${columns.map((name) => `coalesce(${cell(name)}, '')`).join(', ')}) || E'\\r\\n'`;
  const object = `(SELECT row_to_json(o)::text FROM (SELECT ${columns.map((name) => `${told(name)} AS "${name}"`).join(', ')}) AS o)`;
  const line = { csv, jsonl: `${object} || E'\\n'`, json: `E',\\n' || ${object}` }[format];
  return `
    SELECT ${line} AS line
      FROM (SELECT ${LOG_COLUMNS}${shown.whole ? ', b.prompt, b.answer' : ''} ${fromWhere}) AS item
     CROSS JOIN LATERAL (SELECT item."energyPj" IS NULL AND item."wasActive" AS pending OFFSET 0) AS settling
     CROSS JOIN LATERAL (
       SELECT CASE WHEN NOT pending THEN coalesce(item."energyPj", 0) END AS pj,
              CASE WHEN item."energyPj" IS NOT NULL THEN item."costNumerator" WHEN NOT pending THEN 0 END AS numerator,
              CASE WHEN item."energyPj" IS NOT NULL THEN item.currency WHEN NOT pending THEN ${currency} END AS unit
       OFFSET 0) AS energy
     ORDER BY id DESC`;
}

/** SQL: as `toCost` of the cost model; of a numerator, pJ × µ¤/kWh. */
export function costSql(numerator: string): string {
  return `(${divideHalfEvenSql(numerator, '3600000000000')} * 1e-12)::numeric(60, 12)::text`;
}

/** SQL: as `toEnergyWh` of the cost model; of pJ. */
export function energyWhSql(pj: string): string {
  return `(SELECT CASE WHEN pj = 0 THEN 0 ELSE
      trim_scale(${divideHalfEvenSql("pj * ('1e' || shift)::numeric", '3600000000000000')} * ('1e' || -shift)::numeric) END
    FROM (SELECT pj, 8 - guess + CASE WHEN abs(pj) < 3600000000000000 * ('1e' || guess)::numeric THEN 1 ELSE 0 END AS shift
            FROM (SELECT pj, length(abs(pj)::text) - 16 AS guess FROM (SELECT ${pj} AS pj OFFSET 0) AS of_pj OFFSET 0) AS guessed
          OFFSET 0) AS shifted)`;
}

function divideHalfEvenSql(numerator: string, denominator: string): string {
  return `(SELECT q + CASE WHEN 2 * abs(n - q * ${denominator}) > ${denominator}
                         OR (2 * abs(n - q * ${denominator}) = ${denominator} AND q % 2 <> 0) THEN sign(n) ELSE 0 END
             FROM (SELECT n, div(n, ${denominator}) AS q FROM (SELECT ${numerator} AS n OFFSET 0) AS of_n OFFSET 0) AS divided)`;
}
