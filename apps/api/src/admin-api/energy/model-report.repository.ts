import { Injectable } from '@nestjs/common';
import { uuidv7AtMs } from '../../request-log/month-partition';
import { usageRanges, usageSums } from '../analytics/usage-sums.sql';
import type { Span } from '../calendar/calendar-period';
import { ReadOnlyDatabase } from '../read-only-database.service';

/** Sums of one model on one host; amounts as PostgreSQL's exact numerics in text form. */
export interface ModelUse {
  readonly model: string;
  readonly host: string;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly generateMs: number;
  readonly energyPj: string;
  readonly costNumerator: string;
  /** Mean number of requests that shared the machine, of the newest ones. */
  readonly concurrency: number | null;
}

/** One request's time on its host, by its start. */
export interface ServedRequest {
  readonly model: string;
  readonly host: string;
  /** Unix µs. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly loadMs: number | null;
}

/**
 * Concurrency is in no rollup: it is the mean of the period's newest requests, however long the period is. Their models
 * are probed by the primary key; a join may be planned as a scan of the whole log.
 */
const NEWEST = 10_000;

const USED = usageSums(
  `model, host, outcome, currency, requests, prompt_tokens, completion_tokens, generate_ms, energy_pj,
   cost_numerator`,
  ['$5', '$6', '$7', '$8'],
  'all keys',
);

const BY_MODEL = `
  WITH used AS (
    SELECT model, host, sum(requests) FILTER (WHERE outcome = 'completed') AS requests,
           sum(prompt_tokens) AS prompt, sum(completion_tokens) AS completion,
           sum(generate_ms) FILTER (WHERE outcome = 'completed') AS generate_ms, sum(energy_pj) AS energy,
           sum(cost_numerator) FILTER (WHERE currency = $2) AS cost
      FROM ${USED} AS used
     WHERE ($1 OR host <> 'demo') AND host <> ''
     GROUP BY model, host),
  shared AS (
    SELECT coalesce(model, '(unknown)') AS model, host, avg(concurrency) AS concurrency
      FROM (SELECT host, concurrency, (SELECT model FROM request_log AS l WHERE l.id = newest.id) AS model
              FROM (SELECT id, host, concurrency FROM request_energy WHERE id >= $3 AND id < $4
                     ORDER BY id DESC LIMIT ${NEWEST}) AS newest) AS named
     GROUP BY 1, 2)
  SELECT used.model, used.host, coalesce(requests, 0)::float8 AS requests, prompt::float8 AS "promptTokens",
         completion::float8 AS "completionTokens", coalesce(generate_ms, 0) AS "generateMs",
         energy::text AS "energyPj", coalesce(cost, 0)::text AS "costNumerator", shared.concurrency
    FROM used LEFT JOIN shared ON shared.model = used.model AND shared.host = used.host
   WHERE energy > 0 ORDER BY energy DESC, used.model, used.host`;

const SERVED = `
  SELECT coalesce(model, '(unknown)') AS model, host, active_from_us::float8 AS "fromUs",
         active_to_us::float8 AS "toUs", load_ms AS "loadMs"
    FROM request_log
   WHERE id >= $1 AND id < $2 AND active_to_us IS NOT NULL AND ($3 OR host <> 'demo')
   ORDER BY id DESC LIMIT $4`;

@Injectable()
export class ModelReportRepository {
  constructor(private readonly database: ReadOnlyDatabase) {}

  byModel({ fromMs, toMs }: Span, includeDemo: boolean, currency: string): Promise<ModelUse[]> {
    return this.database.read((manager) =>
      manager.query<ModelUse[]>(BY_MODEL, [
        includeDemo,
        currency,
        uuidv7AtMs(fromMs),
        uuidv7AtMs(toMs),
        ...usageRanges([fromMs, toMs]),
      ]),
    );
  }

  /** The newest requests accepted in the span that were active, at most `limit`, by the start of their activity. */
  async served({ fromMs, toMs }: Span, includeDemo: boolean, limit: number): Promise<ServedRequest[]> {
    const rows = await this.database.read((manager) =>
      manager.query<ServedRequest[]>(SERVED, [uuidv7AtMs(fromMs), uuidv7AtMs(toMs), includeDemo, limit]),
    );
    return rows.sort((a, b) => a.fromUs - b.fromUs);
  }
}
