import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { BatchWriter } from '../../src/request-log/batch-writer.service';
import { SearchIndexer } from '../../src/request-log/search-indexer.service';

/** A row of the log as a test needs it; the rest has plain values. */
export interface SeededRequest {
  atMs: number;
  keyId?: string;
  keyName?: string;
  model?: string;
  host?: string;
  endpoint?: string;
  outcome?: string;
  status?: number;
  prompt?: string;
  answer?: string;
  /** Null where no upstream record came. */
  activeToUs?: number | null;
  energy?: { pj: string; costNumerator: string | null; quality: string };
}

/** One partition for all time: these tests read; the writer that makes months has its own. */
export async function createLogPartitions(database: DataSource): Promise<void> {
  for (const table of ['request_log', 'request_body', 'request_search', 'request_energy'])
    await database.query(
      `CREATE TABLE IF NOT EXISTS ${table}_all PARTITION OF ${table} FOR VALUES FROM (MINVALUE) TO (MAXVALUE)`,
    );
}

/** Inserts a request and returns its id. */
export async function seedRequest(database: DataSource, seeded: SeededRequest): Promise<string> {
  const id = uuidv7(seeded.atMs);
  await database.query(
    `INSERT INTO request_log (id, at, key_id, key_name, model, host, endpoint, streamed, status, outcome,
       prompt_tokens, completion_tokens, tokens_quality, duration_ms, active_from_us, active_to_us)
     VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8, $9, 10, 20, 'reported', 1500, $10, $10)`,
    [
      id,
      new Date(seeded.atMs),
      seeded.keyId ?? null,
      seeded.keyName ?? null,
      seeded.model ?? 'llama3.1:8b',
      seeded.host ?? '127.0.0.1:11434',
      seeded.endpoint ?? 'chat.completions',
      seeded.status ?? 200,
      seeded.outcome ?? 'completed',
      seeded.activeToUs === undefined ? seeded.atMs * 1000 : seeded.activeToUs,
    ],
  );
  await database.query(
    'INSERT INTO request_body (id, prompt, answer, request, response) VALUES ($1, $2, $3, $4, $5)',
    [id, seeded.prompt ?? 'prompt', seeded.answer ?? 'answer', '{"model":"llama3.1:8b"}', '{"cut short'],
  );
  await database.query('INSERT INTO request_unindexed (id) VALUES ($1)', [id]);
  if (seeded.energy !== undefined)
    await database.query(
      `INSERT INTO request_energy (id, host, energy_pj, cost_numerator, currency, quality, source, scope,
         concurrency, tariff_version_id)
       VALUES ($1, 'h', $2, $3, 'USD', $4, 'constant', 'machine', 1.5, 7)`,
      [id, seeded.energy.pj, seeded.energy.costNumerator, seeded.energy.quality],
    );
  return id;
}

/** What the search indexer of a running gateway does by itself. */
export async function indexTexts(database: DataSource): Promise<void> {
  const indexer = new SearchIndexer(database, { onStored: () => undefined } as unknown as BatchWriter);
  while ((await indexer.indexBatch()) > 0);
}

/** RFC 9562 §5.7 with random bits after the time. */
function uuidv7(atMs: number): string {
  const hex = atMs.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
