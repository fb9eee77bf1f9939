import { Injectable } from '@nestjs/common';
import type { BreakdownBy, Outcome } from '@ollameter/admin-contract';
import type { EntityManager } from 'typeorm';
import type { Span } from '../calendar/calendar-period';
import { INFORMATION_ENDPOINTS } from '../information-endpoints';
import { ReadOnlyDatabase } from '../read-only-database.service';
import type { SeriesGroup } from './analytics-query.dto';
import { ALL_KEYS_ID, NIL_KEY_ID } from '../../request-log/usage-rollup';
import { toRanges, toUsageGrains } from './usage-grains';
import { usageRanges, usageSums } from './usage-sums.sql';

/** Which rollups count. Costs are of one currency; another's are not added to it. */
export interface UsageScope {
  span: Span;
  includeDemo: boolean;
  currency: string;
  /** Only this user's keys; null is everybody's. */
  ownerId: string | null;
  /** Null is every key. */
  keyId: string | null;
}

/** Sums as PostgreSQL's exact numerics in text form. */
interface Sums {
  requests: string;
  totalTokens: string;
  energyPj: string;
  costNumerator: string;
}

/** One outcome's sums over a period. */
export interface OutcomeSums {
  outcome: Outcome;
  requests: string;
  promptTokens: string;
  completionTokens: string;
  durationMs: number;
  generateMs: number;
  energyPj: string;
  costNumerator: string;
}

/** Completed requests by bin. */
export interface UsageHistograms {
  duration: number[];
  ttft: number[];
  speed: number[];
}

export interface UsageSums {
  outcomes: OutcomeSums[];
  histograms: UsageHistograms;
  activeKeys: number;
}

export interface SeriesSums extends Sums {
  /** 1-based position among the bucket starts. */
  slot: number;
  /** Null for everything beyond the largest groups. */
  name: string | null;
  errors: string;
}

export interface BreakdownSums extends Sums {
  /** Null for the rest beyond the limit. */
  id: string | null;
  name: string | null;
}

const INFORMATION = INFORMATION_ENDPOINTS.map((endpoint) => `'${endpoint}'`).join(', ');

/** Parameters: demo, owner, key, currency; then the four of the sums. Completed calls that generated nothing do not count. */
const SCOPE = `
  ($1 OR r.host <> 'demo')
  AND ($2::uuid IS NULL OR r.key_id IN (SELECT id FROM api_key WHERE owner_id = $2))
  AND ($3::uuid IS NULL OR r.key_id = $3)
  AND (r.outcome <> 'completed' OR r.endpoint NOT IN (${INFORMATION}))`;

const COLUMNS = `bucket_at, key_id, model, endpoint, outcome, host, currency, requests, prompt_tokens,
  completion_tokens, duration_ms, generate_ms, energy_pj, cost_numerator`;
const RANGES = ['$5', '$6', '$7', '$8'] as const;
const SUMS = usageSums(COLUMNS, RANGES);
const SUMS_OF_ALL = usageSums(COLUMNS, RANGES, 'all keys');

const COMPLETED = "coalesce(sum(r.requests) FILTER (WHERE r.outcome = 'completed'), 0)";
const ERRORS =
  "coalesce(sum(r.requests) FILTER (WHERE r.outcome IN ('rejected', 'upstream_failed', 'gateway_failed')), 0)";
const COST = 'coalesce(sum(r.cost_numerator) FILTER (WHERE r.currency = $4), 0)';

/** What rollups are grouped by, and the identity and the name for people of such a group `s`. */
interface Dimension {
  column: string;
  id: string;
  name: string;
  join: string;
}

const ofColumn = (column: string, name = 's.id'): Dimension => ({ column, id: 's.id', name, join: '' });
const JOIN_KEY = 'LEFT JOIN api_key k ON k.id = s.id';

const DIMENSIONS: Record<BreakdownBy, Dimension> = {
  model: ofColumn('r.model'),
  key: {
    column: 'r.key_id',
    id: 's.id::text',
    name: `coalesce(k.name, CASE WHEN s.id = '${NIL_KEY_ID}' THEN '(no key)' ELSE s.id::text END)`,
    join: JOIN_KEY,
  },
  user: {
    column: 'r.key_id',
    id: "coalesce(u.id::text, '')",
    name: "coalesce(u.email, '(nobody)')",
    join: `${JOIN_KEY} LEFT JOIN admin_user u ON u.id = k.owner_id`,
  },
  endpoint: ofColumn('r.endpoint'),
  outcome: ofColumn('r.outcome'),
  host: ofColumn('r.host', "CASE s.id WHEN '' THEN '(none)' ELSE s.id END"),
};

/** One row an outcome, each with the number of keys that were used in all. */
const TOTALS = `
  WITH summed AS MATERIALIZED (
    SELECT r.outcome, r.key_id, sum(r.requests) AS requests, sum(r.prompt_tokens) AS prompt_tokens,
           sum(r.completion_tokens) AS completion_tokens, sum(r.duration_ms) AS duration_ms,
           sum(r.generate_ms) AS generate_ms, sum(r.energy_pj) AS energy_pj, ${COST} AS cost_numerator
      FROM ${SUMS} r WHERE ${SCOPE}
     GROUP BY 1, 2
  )
  SELECT outcome, sum(requests) AS requests, sum(prompt_tokens) AS "promptTokens",
         sum(completion_tokens) AS "completionTokens", sum(duration_ms) AS "durationMs",
         sum(generate_ms) AS "generateMs", sum(energy_pj) AS "energyPj", sum(cost_numerator) AS "costNumerator",
         (SELECT count(DISTINCT key_id)::integer FROM summed WHERE key_id <> '${NIL_KEY_ID}' AND requests > 0) AS "activeKeys"
    FROM summed
   GROUP BY outcome`;

/** Parameters: demo, whose (an owner's keys, one key, or all keys together), then quarter hours, days and months. */
const HISTOGRAMS = `
  SELECT coalesce(sum(bins.duration), 0)::float8 AS duration, coalesce(sum(bins.ttft), 0)::float8 AS ttft,
         coalesce(sum(bins.speed), 0)::float8 AS speed
    FROM (SELECT 'quarter' AS grain, unnest($4::tstzrange[]) AS at UNION ALL
          SELECT 'day', unnest($5::tstzrange[]) UNION ALL
          SELECT 'month', unnest($6::tstzrange[])) AS stretch,
         (SELECT id FROM api_key WHERE owner_id = $2 AND ($3::uuid IS NULL OR id = $3) UNION ALL
          SELECT coalesce($3, '${ALL_KEYS_ID}') WHERE $2::uuid IS NULL) AS holder (key_id),
         LATERAL (SELECT duration_histogram, ttft_histogram, speed_histogram FROM usage_histogram h
                   WHERE h.grain = stretch.grain AND h.key_id = holder.key_id AND ($1 OR NOT h.demo)
                     AND h.bucket_at >= lower(stretch.at) AND h.bucket_at < upper(stretch.at) OFFSET 0) AS part,
         unnest(part.duration_histogram, part.ttft_histogram, part.speed_histogram)
           WITH ORDINALITY AS bins (duration, ttft, speed, n)
   GROUP BY bins.n ORDER BY bins.n`;

/** The quarter-hour rollups; the log itself is never read for a chart. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** Start of the first bucket that counts, Unix ms; null without any. */
  firstBucketMs(includeDemo: boolean): Promise<number | null> {
    return this.database.read(async (manager) => {
      const [row] = await manager.query<{ first: Date | null }[]>(
        "SELECT min(bucket_at) AS first FROM usage_rollup WHERE $1 OR host <> 'demo'",
        [includeDemo],
      );
      return row?.first?.getTime() ?? null;
    });
  }

  /** Of two periods, in one snapshot. */
  totals(first: UsageScope, second: UsageScope): Promise<[UsageSums, UsageSums]> {
    return this.database.read(async (manager) => [
      await totalsOf(manager, first),
      await totalsOf(manager, second),
    ]);
  }

  /** Sums by bucket, and by the `groups` largest groups where a grouping is asked for; empty ones are left out. */
  series(
    scope: UsageScope,
    starts: readonly number[],
    groupBy: SeriesGroup | null,
    groups: number,
  ): Promise<SeriesSums[]> {
    const by = groupBy === null ? null : DIMENSIONS[groupBy];
    const sums = scope.ownerId === null && scope.keyId === null && groupBy !== 'key' ? SUMS_OF_ALL : SUMS;
    const statement = `
      WITH summed AS (
        SELECT width_bucket(r.bucket_at, $9::timestamptz[]) AS slot, ${by?.column ?? "''"} AS id,
               ${COMPLETED} AS requests, ${ERRORS} AS errors, sum(r.prompt_tokens + r.completion_tokens) AS tokens,
               sum(r.energy_pj) AS energy, ${COST} AS cost
          FROM ${sums} r WHERE ${SCOPE}
         GROUP BY 1, 2
      ), named AS (
        SELECT s.*, ${by?.name ?? "''"} AS name FROM summed s ${by?.join ?? ''}
      ), largest AS (
        SELECT name FROM named GROUP BY name ORDER BY sum(requests) DESC, sum(tokens) DESC, name LIMIT $10
      )
      SELECT s.slot, l.name, sum(s.requests) AS requests, sum(s.errors) AS errors, sum(s.tokens) AS "totalTokens",
             sum(s.energy) AS "energyPj", sum(s.cost) AS "costNumerator"
        FROM named s LEFT JOIN largest l ON l.name = s.name
       GROUP BY 1, 2`;
    const boundaries = [scope.span.fromMs, ...starts.slice(1), scope.span.toMs];
    const parameters = [
      ...scopeParameters(scope, boundaries),
      starts.map((ms) => new Date(ms).toISOString()),
      groups,
    ];
    return this.database.read((manager) => manager.query<SeriesSums[]>(statement, parameters));
  }

  /** Sums by one dimension, largest first, the rest beyond the limit in one row without an id. */
  breakdown(scope: UsageScope, by: BreakdownBy, limit: number): Promise<BreakdownSums[]> {
    const { column, id, name, join } = DIMENSIONS[by];
    const requests = by === 'outcome' ? 'sum(r.requests)' : COMPLETED;
    const statement = `
      WITH summed AS (
        SELECT ${column} AS id, ${requests} AS requests, sum(r.prompt_tokens + r.completion_tokens) AS tokens,
               sum(r.energy_pj) AS energy, ${COST} AS cost
          FROM ${SUMS} r WHERE ${SCOPE}
         GROUP BY 1
      ), named AS (
        SELECT ${id} AS id, min(${name}) AS name, sum(requests) AS requests, sum(tokens) AS tokens,
               sum(energy) AS energy, sum(cost) AS cost
          FROM summed s ${join}
         GROUP BY 1
      ), ranked AS (
        SELECT *, row_number() OVER (ORDER BY requests DESC, tokens DESC, id) AS rank
          FROM named WHERE requests > 0 OR tokens > 0 OR energy > 0
      )
      SELECT CASE WHEN rank <= $9 THEN id END AS id, CASE WHEN rank <= $9 THEN name END AS name,
             sum(requests) AS requests, sum(tokens) AS "totalTokens", sum(energy) AS "energyPj",
             sum(cost) AS "costNumerator"
        FROM ranked GROUP BY 1, 2 ORDER BY min(rank)`;
    return this.database.read((manager) =>
      manager.query<BreakdownSums[]>(statement, [...scopeParameters(scope), limit]),
    );
  }
}

async function totalsOf(manager: EntityManager, scope: UsageScope): Promise<UsageSums> {
  const outcomes = await manager.query<(OutcomeSums & { activeKeys: number })[]>(
    TOTALS,
    scopeParameters(scope),
  );
  const bins = await binsOf(manager, scope);
  const histograms = {
    duration: bins.map((bin) => bin.duration),
    ttft: bins.map((bin) => bin.ttft),
    speed: bins.map((bin) => bin.speed),
  };
  return { outcomes, histograms, activeKeys: outcomes[0]?.activeKeys ?? 0 };
}

function scopeParameters(
  { span, includeDemo, ownerId, keyId, currency }: UsageScope,
  boundaries: readonly number[] = [span.fromMs, span.toMs],
): unknown[] {
  return [includeDemo, ownerId, keyId, currency, ...usageRanges(boundaries)];
}

function binsOf(
  manager: EntityManager,
  { span, includeDemo, ownerId, keyId }: UsageScope,
): Promise<{ duration: number; ttft: number; speed: number }[]> {
  const { quarter, day, month } = toUsageGrains([span.fromMs, span.toMs], ['day', 'month']);
  return manager.query(HISTOGRAMS, [includeDemo, ownerId, keyId, ...[quarter, day, month].map(toRanges)]);
}
