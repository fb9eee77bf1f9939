/** The settler's SQL. Rows are found by (host, active_to_us); the id floor prunes the months before. */

/** A frontier after $3 was left by a clock that has since been set back: its time is lived again. */
export const ENROL = `
  INSERT INTO energy_frontier (host, settled_to_us)
  SELECT host, $2 FROM unnest($1::text[]) AS host
  ON CONFLICT (host) DO UPDATE SET settled_to_us = excluded.settled_to_us WHERE energy_frontier.settled_to_us > $3`;

export const FRONTIERS = `SELECT host, settled_to_us FROM energy_frontier ORDER BY host`;

export const ANY_WAITING = `
  SELECT EXISTS (SELECT FROM request_log WHERE host = $1 AND active_to_us > $2 AND id >= $3)
      OR EXISTS (SELECT FROM energy_open AS open JOIN request_log AS row ON row.id = open.id
                  WHERE open.host = $1) AS waiting`;

/** Bounds the transaction's other statements too. */
export const LOCK_FRONTIER = `
  SELECT settled_to_us, set_config('statement_timeout', '30s', true)
    FROM energy_frontier WHERE host = $1 FOR UPDATE`;

export const NEWEST_END = `
  SELECT max(active_to_us) AS end_us
    FROM request_log WHERE host = $1 AND active_to_us > $2 AND active_to_us <= $3 AND id >= $4`;

/** A scalar subquery is probed by the primary key; an anti-join may be planned as a scan of the whole month. */
const UNCHARGED = `(SELECT true FROM request_energy AS energy WHERE energy.id = row.id) IS NULL`;

const ACTIVE_ROW = `row.id, row.active_from_us, row.active_to_us, row.slot_from_us, row.prompt_ms, row.generate_ms, row.load_ms,
         row.prompt_tokens, row.cached_prompt_tokens, row.completion_tokens, row.model`;

export const ENDED = `
  SELECT ${ACTIVE_ROW}
    FROM request_log AS row
   WHERE row.host = $1 AND row.active_to_us > $2 AND row.active_to_us <= $3 AND row.id >= $4 AND ${UNCHARGED}
   ORDER BY row.active_to_us LIMIT $5`;

export const REACHING = `
  SELECT ${ACTIVE_ROW}
    FROM request_log AS row
   WHERE row.host = $1 AND row.active_to_us > $2 AND row.active_to_us <= $3
     AND coalesce(row.slot_from_us, row.active_from_us) < $2 AND row.id >= $4 AND ${UNCHARGED}`;

export const OPEN_SHARES = `
  SELECT open.id, open.slices, open.estimated, row.id IS NOT NULL AS stored, row.active_to_us
    FROM energy_open AS open LEFT JOIN request_log AS row ON row.id = open.id
   WHERE open.host = $1`;

export const LATE = `
  SELECT row.id FROM request_log AS row
   WHERE row.host = $1 AND row.active_to_us > $2 AND row.active_to_us <= $3 AND row.id >= $4 AND ${UNCHARGED}
     AND NOT EXISTS (SELECT FROM energy_open AS open WHERE open.id = row.id)`;

/** Rollup rows are touched in the order of their key, as the log's writer does, so that the two cannot deadlock. */
export const WRITE_SETTLED = `
  WITH settled AS (
    INSERT INTO request_energy
      (host, source, scope, id, energy_pj, cost_numerator, currency, quality, concurrency, tariff_version_id,
       floor_pj, floor_cost_numerator, slices)
    SELECT $1, $2, $3, charge.*
      FROM unnest($4::uuid[], $5::numeric[], $6::numeric[], $7::text[], $8::text[], $9::float8[], $10::integer[],
                  $11::numeric[], $12::numeric[], $13::jsonb[])
        AS charge
    ON CONFLICT (id) DO NOTHING
    RETURNING id, energy_pj, cost_numerator, currency)
  INSERT INTO usage_rollup
    (bucket_at, key_id, model, endpoint, outcome, host, currency, energy_pj, cost_numerator)
  SELECT date_bin('15 minutes', row.at, timestamptz 'epoch'),
         coalesce(row.key_id, '00000000-0000-0000-0000-000000000000'),
         coalesce(row.model, '(unknown)'),
         row.endpoint, row.outcome, coalesce(row.host, ''), settled.currency,
         sum(settled.energy_pj), coalesce(sum(settled.cost_numerator), 0)
    FROM settled JOIN request_log AS row ON row.id = settled.id AND row.id >= $14 AND row.id <= $15
   GROUP BY 1, 2, 3, 4, 5, 6, 7
   ORDER BY 1, 2, 3, 4, 5, 6, 7
  ON CONFLICT (bucket_at, key_id, model, endpoint, outcome, host, currency) DO UPDATE
     SET energy_pj = usage_rollup.energy_pj + excluded.energy_pj,
         cost_numerator = usage_rollup.cost_numerator + excluded.cost_numerator`;

export const CLOSE_OPEN = `DELETE FROM energy_open WHERE id = ANY($1::uuid[])`;

export const WRITE_OPEN = `
  INSERT INTO energy_open (host, id, slices, estimated)
  SELECT $1, share.* FROM unnest($2::uuid[], $3::jsonb[], $4::boolean[]) AS share
  ON CONFLICT (id) DO UPDATE SET slices = excluded.slices, estimated = excluded.estimated`;

/** Slices by the time of use, of rows that are settled by the same transaction. */
export const WRITE_BY_KEY = `
  INSERT INTO energy_by_key
    (host, bucket_at, key_id, model, currency, energy_pj, cost_numerator, floor_pj, floor_cost_numerator)
  SELECT $1, timestamptz 'epoch' + slice.bucket_us * interval '1 microsecond',
         coalesce(row.key_id, '00000000-0000-0000-0000-000000000000'), coalesce(row.model, '(unknown)'),
         slice.currency, sum(slice.energy_pj), sum(slice.cost_numerator), sum(slice.floor_pj),
         sum(slice.floor_cost_numerator)
    FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::numeric[], $6::numeric[], $7::numeric[], $8::numeric[])
           AS slice (id, bucket_us, currency, energy_pj, cost_numerator, floor_pj, floor_cost_numerator)
    JOIN request_log AS row ON row.id = slice.id AND row.id >= $9 AND row.id <= $10
   GROUP BY 2, 3, 4, 5
   ORDER BY 2, 3, 4, 5
  ON CONFLICT (bucket_at, host, key_id, model, currency) DO UPDATE
     SET energy_pj = energy_by_key.energy_pj + excluded.energy_pj,
         cost_numerator = energy_by_key.cost_numerator + excluded.cost_numerator,
         floor_pj = energy_by_key.floor_pj + excluded.floor_pj,
         floor_cost_numerator = energy_by_key.floor_cost_numerator + excluded.floor_cost_numerator`;

export const WRITE_LEDGER = `
  INSERT INTO energy_ledger
    (host, bucket_at, kind, currency, energy_pj, cost_numerator, floor_pj, floor_cost_numerator)
  SELECT $1, timestamptz 'epoch' + line.bucket_us * interval '1 microsecond', line.kind, line.currency,
         line.energy_pj, line.cost_numerator, line.floor_pj, line.floor_cost_numerator
    FROM unnest($2::bigint[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::numeric[], $8::numeric[])
      AS line (bucket_us, kind, currency, energy_pj, cost_numerator, floor_pj, floor_cost_numerator)
  ON CONFLICT (bucket_at, host, kind, currency) DO UPDATE
     SET energy_pj = energy_ledger.energy_pj + excluded.energy_pj,
         cost_numerator = energy_ledger.cost_numerator + excluded.cost_numerator,
         floor_pj = energy_ledger.floor_pj + excluded.floor_pj,
         floor_cost_numerator = energy_ledger.floor_cost_numerator + excluded.floor_cost_numerator`;

export const MOVE_FRONTIER = `UPDATE energy_frontier SET settled_to_us = $2 WHERE host = $1`;
