import type { Client } from 'pg';
import { StartError } from '../config/start-error';
import { OLDER_LOG_TABLE } from '../database/apply-schema';

/** A row of the older set-up's `request_logs`. */
export interface OlderRow {
  /** SHA-256 of the row's text and, for rows that are alike, their number; hexadecimal. */
  hash: string;
  /** Unix milliseconds, as text. */
  atMs: string;
  address: string | null;
  apiKey: string | null;
  model: string | null;
  prompt: string | null;
  response: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
  durationSeconds: number | null;
  /** Integers of the cost model, as text; null where the row has none. */
  energyPj: string | null;
  costNumerator: string | null;
  status: number | null;
  error: string | null;
}

const CURSOR = 'older_log';

/**
 * Opens a cursor over the older table, oldest first, in a transaction of the client.
 * @throws StartError where there is no such table.
 */
export async function openOlderLog(client: Client): Promise<void> {
  const table = await tableName(client);
  await client.query('BEGIN');
  // Its times are naive UTC; a timestamptz converts to the same.
  await client.query("SET LOCAL timezone = 'UTC'");
  await client.query(`
    DECLARE ${CURSOR} NO SCROLL CURSOR FOR
    SELECT encode(sha256(convert_to(t::text || '#' || row_number() OVER (PARTITION BY t::text), 'UTF8')), 'hex') AS hash,
           floor(extract(epoch FROM t."timestamp"::timestamptz) * 1000)::bigint::text AS "atMs",
           t.ip_address::text AS address, t.api_key::text AS "apiKey", t.model::text AS model,
           t.prompt::text AS prompt, t.response::text AS response,
           t.prompt_tokens::integer AS "promptTokens", t.completion_tokens::integer AS "completionTokens",
           t.duration_seconds::double precision AS "durationSeconds",
           round(t.power_wh::numeric * 3.6e15)::text AS "energyPj",
           round(t.cost_dollars::numeric * 3.6e24)::text AS "costNumerator",
           t.http_status::integer AS status, t.error_message::text AS error
      FROM ${table} AS t ORDER BY t."timestamp"`);
}

/** The next rows; none at the end. */
export async function nextOlderRows(client: Client, count: number): Promise<OlderRow[]> {
  const { rows } = await client.query<OlderRow>(`FETCH FORWARD ${count} FROM ${CURSOR}`);
  return rows;
}

/** In its own database it is still called `request_logs`; in ours the view has that name. */
async function tableName(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
      WHERE oid IN (to_regclass('request_logs'), to_regclass($1)) AND relkind IN ('r', 'p')`,
    [OLDER_LOG_TABLE],
  );
  const [table] = rows;
  if (table === undefined)
    throw new StartError('There is no table request_logs of an older set-up in this database.');
  return table.name;
}
