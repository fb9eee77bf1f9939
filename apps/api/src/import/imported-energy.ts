import type { Client } from 'pg';
import { IMPORTED_HOST } from './to-answer-record';

/** What an older row says that it took: integers of the cost model, as text. */
export interface ImportedEnergy {
  id: string;
  energyPj: string;
  costNumerator: string | null;
}

/** Row, rollup and ledger in one statement; rows that have their energy already add nothing. */
const CHARGE = `
  WITH charged AS (
    INSERT INTO request_energy (id, host, energy_pj, cost_numerator, currency, quality, source, scope, concurrency)
    SELECT id, $4, energy_pj, cost_numerator, 'USD', 'estimated', 'import', 'machine', 1
      FROM unnest($1::uuid[], $2::numeric[], $3::numeric[]) AS given (id, energy_pj, cost_numerator)
    ON CONFLICT (id) DO NOTHING
    RETURNING id, energy_pj, cost_numerator),
  summed AS (
    SELECT date_bin('15 minutes', row.at, timestamptz 'epoch') AS bucket_at,
           coalesce(row.key_id, '00000000-0000-0000-0000-000000000000') AS key_id,
           coalesce(row.model, '(unknown)') AS model, row.endpoint, row.outcome,
           sum(energy_pj) AS energy_pj, coalesce(sum(cost_numerator), 0) AS cost_numerator
      FROM charged JOIN request_log AS row USING (id)
     GROUP BY 1, 2, 3, 4, 5),
  rolled AS (
    INSERT INTO usage_rollup (bucket_at, key_id, model, endpoint, outcome, host, currency, energy_pj, cost_numerator)
    SELECT bucket_at, key_id, model, endpoint, outcome, $4, 'USD', energy_pj, cost_numerator
      FROM summed ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (bucket_at, key_id, model, endpoint, outcome, host, currency) DO UPDATE
       SET energy_pj = usage_rollup.energy_pj + excluded.energy_pj,
           cost_numerator = usage_rollup.cost_numerator + excluded.cost_numerator)
  INSERT INTO energy_ledger (bucket_at, host, kind, currency, energy_pj, cost_numerator)
  SELECT bucket_at, $4, 'request', 'USD', sum(energy_pj), sum(cost_numerator) FROM summed GROUP BY bucket_at
  ON CONFLICT (bucket_at, host, kind, currency) DO UPDATE
     SET energy_pj = energy_ledger.energy_pj + excluded.energy_pj,
         cost_numerator = energy_ledger.cost_numerator + excluded.cost_numerator`;

/** Charges imported rows, which must be stored already; idempotent. */
export async function chargeImported(client: Client, rows: readonly ImportedEnergy[]): Promise<void> {
  await client.query(CHARGE, [
    rows.map(({ id }) => id),
    rows.map(({ energyPj }) => energyPj),
    rows.map(({ costNumerator }) => costNumerator),
    IMPORTED_HOST,
  ]);
}
