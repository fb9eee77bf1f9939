import { Injectable } from '@nestjs/common';
import type { BudgetUnit } from '@ollameter/admin-contract';
import { DataSource } from 'typeorm';
import { toUsageGrains } from '../../admin-api/analytics/usage-grains';
import { ALL_SUBJECT } from './limit-plan';

/** Whose use is asked. */
export interface BudgetHolders {
  keyIds: readonly string[];
  userIds: readonly string[];
  all: boolean;
}

/** What one subject used between two boundaries. */
export interface SlotSum extends Record<BudgetUnit, number> {
  /** `key:…`, `user:…` or `all`. */
  subject: string;
  /** 1 is from the first boundary on. */
  slot: number;
}

const SUMMED = `key_id, bucket_at, currency, prompt_tokens + completion_tokens AS tokens, energy_pj, cost_numerator`;

const FIGURES = `sum(tokens)::float8 AS tokens, sum(money)::float8 AS money, sum(energy_wh)::float8 AS "energyWh"`;

/**
 * Sums of every outcome and host: who uses it up has used it. A user's are those of the keys that are the user's
 * now. 3.6e15 pJ are a watt-hour, 3.6e24 of the cost's numerator one unit of the currency.
 */
const SUMS = `
  WITH used AS (
    SELECT ${SUMMED} FROM unnest($1::tstzrange[]) q JOIN usage_rollup ON bucket_at >= lower(q) AND bucket_at < upper(q)
    UNION ALL
    SELECT ${SUMMED} FROM unnest($2::tstzrange[]) d JOIN usage_day ON bucket_at >= lower(d) AND bucket_at < upper(d)
  ), summed AS (
    SELECT u.key_id, k.owner_id, width_bucket(u.bucket_at, $3::timestamptz[]) AS slot, sum(u.tokens) AS tokens,
           sum(u.energy_pj) / 3.6e15 AS energy_wh,
           coalesce(sum(u.cost_numerator) FILTER (WHERE u.currency = $4), 0) / 3.6e24 AS money
      FROM used u LEFT JOIN api_key k ON k.id = u.key_id
     WHERE $7 OR k.id = ANY ($5::uuid[]) OR k.owner_id = ANY ($6::uuid[])
     GROUP BY 1, 2, 3
  )
  SELECT 'key:' || key_id AS subject, slot, ${FIGURES} FROM summed WHERE key_id = ANY ($5::uuid[]) GROUP BY 1, 2
  UNION ALL
  SELECT 'user:' || owner_id, slot, ${FIGURES} FROM summed WHERE owner_id = ANY ($6::uuid[]) GROUP BY 1, 2
  UNION ALL
  SELECT '${ALL_SUBJECT}', slot, ${FIGURES} FROM summed WHERE $7 GROUP BY 1, 2`;

/** What budgets are measured by: the rollups, never the log. */
@Injectable()
export class BudgetSumsRepository {
  constructor(private readonly database: DataSource) {}

  /** @param boundaries ascending, Unix ms; each slot runs to the next one, the last one to now */
  read(
    boundaries: readonly number[],
    toMs: number,
    currency: string,
    { keyIds, userIds, all }: BudgetHolders,
  ): Promise<SlotSum[]> {
    const { quarters, days } = toUsageGrains([...boundaries, toMs], 'day');
    return this.database.query<SlotSum[]>(SUMS, [
      quarters.map(toRange),
      days.map(toRange),
      boundaries.map((ms) => new Date(ms).toISOString()),
      currency,
      keyIds,
      userIds,
      all,
    ]);
  }
}

function toRange({ fromMs, toMs }: { fromMs: number; toMs: number }): string {
  return `[${new Date(fromMs).toISOString()},${new Date(toMs).toISOString()})`;
}
