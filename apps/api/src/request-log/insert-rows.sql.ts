import type { AnswerRecord } from '../exchange/exchange-record';
import { storableText } from './storable-text';
import type { RollupDelta } from './usage-rollup';

/** A statement with one array parameter per column: one prepared text whatever the batch's size. */
interface ColumnStatement {
  sql: string;
  values: unknown[][];
}

/** `[column, PostgreSQL type, value of a record]`. */
type Column<R> = readonly [name: string, type: string, value: (record: R) => unknown];

const text = (value: string | null): string | null => (value === null ? null : storableText(value));

const LOG_COLUMNS: readonly Column<AnswerRecord>[] = [
  ['id', 'uuid', (r) => r.id],
  ['at', 'timestamptz', (r) => new Date(r.atMs).toISOString()],
  ['key_id', 'uuid', (r) => r.keyId],
  ['key_name', 'text', (r) => text(r.keyName)],
  ['model', 'text', (r) => text(r.model)],
  ['host', 'text', (r) => text(r.host)],
  ['endpoint', 'text', (r) => r.endpoint],
  ['streamed', 'boolean', (r) => r.streamed],
  ['status', 'smallint', (r) => r.status],
  ['outcome', 'text', (r) => r.outcome],
  ['error_code', 'text', (r) => r.errorCode],
  ['prompt_tokens', 'integer', (r) => r.promptTokens],
  ['cached_prompt_tokens', 'integer', (r) => r.cachedPromptTokens ?? null],
  ['completion_tokens', 'integer', (r) => r.completionTokens],
  ['tokens_quality', 'text', (r) => r.tokensQuality],
  ['duration_ms', 'double precision', (r) => r.durationMs],
  ['queue_ms', 'double precision', (r) => r.queueMs],
  ['load_ms', 'double precision', (r) => r.loadMs],
  ['prompt_ms', 'double precision', (r) => r.promptMs],
  ['generate_ms', 'double precision', (r) => r.generateMs],
  ['ttft_ms', 'double precision', (r) => r.ttftMs],
  ['tokens_per_second', 'double precision', (r) => r.tokensPerSecond],
  ['slot_from_us', 'bigint', (r) => r.interval?.slotFromUs ?? null],
  ['active_from_us', 'bigint', (r) => r.interval?.activeFromUs ?? null],
  ['active_to_us', 'bigint', (r) => r.interval?.activeToUs ?? null],
  ['client_address', 'text', (r) => text(r.clientAddress)],
  ['user_agent', 'text', (r) => text(r.userAgent)],
  ['prompt_preview', 'text', (r) => text(r.promptPreview)],
  ['answer_preview', 'text', (r) => text(r.answerPreview)],
];

const BODY_COLUMNS: readonly Column<AnswerRecord>[] = [
  ['id', 'uuid', (r) => r.id],
  ['prompt', 'text', (r) => text(r.body?.prompt ?? null)],
  ['answer', 'text', (r) => text(r.body?.answer ?? null)],
  ['request', 'text', (r) => text(r.body?.request ?? null)],
  ['response', 'text', (r) => text(r.body?.response ?? null)],
];

/** Rows that are there already stay as they are; `RETURNING id` tells which were new. */
export function insertLog(records: readonly AnswerRecord[]): ColumnStatement {
  return {
    sql: `INSERT INTO request_log (${names(LOG_COLUMNS)}) SELECT * FROM unnest(${parameters(LOG_COLUMNS)}) ON CONFLICT (id) DO NOTHING RETURNING id`,
    values: columns(LOG_COLUMNS, records),
  };
}

export function insertBodies(records: readonly AnswerRecord[]): ColumnStatement {
  return {
    sql: `INSERT INTO request_body (${names(BODY_COLUMNS)}) SELECT * FROM unnest(${parameters(BODY_COLUMNS)}) ON CONFLICT (id) DO NOTHING`,
    values: columns(BODY_COLUMNS, records),
  };
}

/** The search indexer takes them from there. */
export function insertUnindexed(records: readonly AnswerRecord[]): ColumnStatement {
  return {
    sql: 'INSERT INTO request_unindexed (id) SELECT * FROM unnest($1::uuid[]) ON CONFLICT (id) DO NOTHING',
    values: [records.map(({ id }) => id)],
  };
}

const ADDED = [
  'requests',
  'prompt_tokens',
  'completion_tokens',
  'duration_ms',
  'queue_ms',
  'load_ms',
  'prompt_ms',
  'generate_ms',
];
const HISTOGRAMS = ['duration_histogram', 'ttft_histogram', 'speed_histogram'];

/** Adds one batch's sums. Ragged arrays have no array type, so histograms travel as text. */
export function addRollups(deltas: readonly RollupDelta[], currency: string): ColumnStatement {
  const literal = (bins: readonly number[]) => `{${bins.join(',')}}`;
  const all: readonly Column<RollupDelta>[] = [
    ['bucket_at', 'timestamptz', (d) => new Date(d.bucketMs).toISOString()],
    ['key_id', 'uuid', (d) => d.keyId],
    ['model', 'text', (d) => storableText(d.model)],
    ['endpoint', 'text', (d) => d.endpoint],
    ['outcome', 'text', (d) => d.outcome],
    ['host', 'text', (d) => storableText(d.host)],
    ['currency', 'text', () => currency],
    ['requests', 'bigint', (d) => d.requests],
    ['prompt_tokens', 'bigint', (d) => d.promptTokens],
    ['completion_tokens', 'bigint', (d) => d.completionTokens],
    ['duration_ms', 'double precision', (d) => d.durationMs],
    ['queue_ms', 'double precision', (d) => d.queueMs],
    ['load_ms', 'double precision', (d) => d.loadMs],
    ['prompt_ms', 'double precision', (d) => d.promptMs],
    ['generate_ms', 'double precision', (d) => d.generateMs],
    ['duration_histogram', 'text', (d) => literal(d.durationHistogram)],
    ['ttft_histogram', 'text', (d) => literal(d.ttftHistogram)],
    ['speed_histogram', 'text', (d) => literal(d.speedHistogram)],
  ];
  const selected = all.map(([name]) => (HISTOGRAMS.includes(name) ? `${name}::bigint[]` : name)).join(', ');
  const updates = [
    ...ADDED.map((name) => `${name} = usage_rollup.${name} + excluded.${name}`),
    ...HISTOGRAMS.map((name) => `${name} = histogram_sum(usage_rollup.${name}, excluded.${name})`),
  ].join(', ');
  return {
    sql: `INSERT INTO usage_rollup (${names(all)}) SELECT ${selected} FROM unnest(${parameters(all)}) AS added (${names(all)})
          ON CONFLICT (bucket_at, key_id, model, endpoint, outcome, host, currency) DO UPDATE SET ${updates}`,
    values: columns(all, deltas),
  };
}

function names<R>(all: readonly Column<R>[]): string {
  return all.map(([name]) => name).join(', ');
}

function parameters<R>(all: readonly Column<R>[]): string {
  return all.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ');
}

function columns<R>(all: readonly Column<R>[], records: readonly R[]): unknown[][] {
  return all.map(([, , value]) => records.map(value));
}
