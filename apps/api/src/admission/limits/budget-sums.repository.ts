import { Injectable } from '@nestjs/common';
import type { BudgetUnit } from '@ollameter/admin-contract';
import { DataSource } from 'typeorm';
import { usageRanges, usageSums } from '../../admin-api/analytics/usage-sums.sql';
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

const USED = usageSums(
  'key_id, bucket_at, currency, prompt_tokens + completion_tokens AS tokens, energy_pj, cost_numerator',
  ['$6', '$7', '$8', '$9'],
);

const FIGURES = `sum(tokens)::float8 AS tokens, sum(money)::float8 AS money, sum(energy_wh)::float8 AS "energyWh"`;

/**
 * Sums of every outcome and host: who uses it up has used it. A user's are those of the keys that are the user's
 * now. 3.6e15 pJ are a watt-hour, 3.6e24 of the cost's numerator one unit of the currency.
 */
const SUMS = `
  WITH summed AS (
    SELECT u.key_id, k.owner_id, width_bucket(u.bucket_at, $1::timestamptz[]) AS slot, sum(u.tokens) AS tokens,
           sum(u.energy_pj) / 3.6e15 AS energy_wh,
           coalesce(sum(u.cost_numerator) FILTER (WHERE u.currency = $2), 0) / 3.6e24 AS money
      FROM ${USED} u LEFT JOIN api_key k ON k.id = u.key_id
     WHERE $5 OR k.id = ANY ($3::uuid[]) OR k.owner_id = ANY ($4::uuid[])
     GROUP BY 1, 2, 3
  )
  SELECT 'key:' || key_id AS subject, slot, ${FIGURES} FROM summed WHERE key_id = ANY ($3::uuid[]) GROUP BY 1, 2
  UNION ALL
  SELECT 'user:' || owner_id, slot, ${FIGURES} FROM summed WHERE owner_id = ANY ($4::uuid[]) GROUP BY 1, 2
  UNION ALL
  SELECT '${ALL_SUBJECT}', slot, ${FIGURES} FROM summed WHERE $5 GROUP BY 1, 2`;

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
    return this.database.query<SlotSum[]>(SUMS, [
      boundaries.map((ms) => new Date(ms).toISOString()),
      currency,
      keyIds,
      userIds,
      all,
      ...usageRanges([...boundaries, toMs]),
    ]);
  }
}
