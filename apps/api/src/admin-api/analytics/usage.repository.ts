import { Injectable } from '@nestjs/common';
import type { BreakdownBy, Outcome } from '@ollameter/admin-contract';
import type { EntityManager } from 'typeorm';
import type { Span } from '../calendar/calendar-period';
import { INFORMATION_ENDPOINTS } from '../information-endpoints';
import { ReadOnlyDatabase } from '../read-only-database.service';
import type { SeriesGroup } from './analytics-query.dto';
import { type Stretch, toUsageGrains } from './usage-grains';

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

const NO_KEY = '00000000-0000-0000-0000-000000000000';

const INFORMATION = INFORMATION_ENDPOINTS.map((endpoint) => `'${endpoint}'`).join(', ');

/** Of one owner's keys, and of one key, where they are given. */
const REACH = `($4::uuid IS NULL OR r.key_id IN (SELECT id FROM api_key WHERE owner_id = $4))
  AND ($5::uuid IS NULL OR r.key_id = $5)`;

const SUMMED = `bucket_at, key_id, model, endpoint, outcome, host, currency, requests, prompt_tokens,
  completion_tokens, duration_ms, generate_ms, energy_pj, cost_numerator`;

/** The rows of a table in the ranges of an array. `OFFSET 0` keeps the planner, which cannot know how few the ranges are, from reading the whole table once. */
const within = (ranges: string, table: string, columns: string) => `
  unnest(${ranges}::tstzrange[]) AS stretch (at),
  LATERAL (SELECT ${columns} FROM ${table}
            WHERE bucket_at >= lower(stretch.at) AND bucket_at < upper(stretch.at) OFFSET 0) AS part`;

/** Rollups of the stretches in $1, and days of those in $2. */
const SUMS = `(
  SELECT part.* FROM ${within('$1', 'usage_rollup', SUMMED)} UNION ALL
  SELECT part.* FROM ${within('$2', 'usage_day', SUMMED)})`;

/** Completed calls that generated nothing do not count. Parameters: grains, demo, owner, key; then the currency. */
const SCOPE = `
  ($3 OR r.host <> 'demo') AND ${REACH}
  AND (r.outcome <> 'completed' OR r.endpoint NOT IN (${INFORMATION}))`;

const COMPLETED = "coalesce(sum(r.requests) FILTER (WHERE r.outcome = 'completed'), 0)";
const ERRORS =
  "coalesce(sum(r.requests) FILTER (WHERE r.outcome IN ('rejected', 'upstream_failed', 'gateway_failed')), 0)";
const COST = 'coalesce(sum(r.cost_numerator) FILTER (WHERE r.currency = $6), 0)';
const KEY_NAME = `coalesce(k.name, CASE WHEN r.key_id = '${NO_KEY}' THEN '(no key)' ELSE r.key_id::text END)`;

/** A dimension's identity and its name for people. */
const DIMENSIONS: Record<BreakdownBy, { id: string; name: string }> = {
  model: { id: 'r.model', name: 'r.model' },
  key: { id: 'r.key_id::text', name: KEY_NAME },
  user: { id: "coalesce(u.id::text, '')", name: "coalesce(u.email, '(nobody)')" },
  endpoint: { id: 'r.endpoint', name: 'r.endpoint' },
  outcome: { id: 'r.outcome', name: 'r.outcome' },
  host: { id: 'r.host', name: "CASE r.host WHEN '' THEN '(none)' ELSE r.host END" },
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
         (SELECT count(DISTINCT key_id)::integer FROM summed WHERE key_id <> '${NO_KEY}' AND requests > 0) AS "activeKeys"
    FROM summed
   GROUP BY outcome`;

const BINS = `
  SELECT coalesce(sum(bins.duration), 0)::float8 AS duration, coalesce(sum(bins.ttft), 0)::float8 AS ttft,
         coalesce(sum(bins.speed), 0)::float8 AS speed
    FROM r, unnest(r.duration_histogram, r.ttft_histogram, r.speed_histogram)
              WITH ORDINALITY AS bins (duration, ttft, speed, n)
   GROUP BY bins.n ORDER BY bins.n`;

/** Of everybody: from the histograms that are summed already. Parameters: quarters, days, months, demo. */
const HISTOGRAMS_OF_ALL = `
  WITH stretch AS (
    SELECT 'quarter' AS grain, q FROM unnest($1::tstzrange[]) q UNION ALL
    SELECT 'day', d FROM unnest($2::tstzrange[]) d UNION ALL
    SELECT 'month', m FROM unnest($3::tstzrange[]) m
  ), r AS (
    SELECT h.* FROM stretch s
      JOIN usage_histogram h ON h.grain = s.grain AND h.bucket_at >= lower(s.q) AND h.bucket_at < upper(s.q)
     WHERE $4 OR NOT h.demo
  ) ${BINS}`;

/** Of some keys. Parameters: from, to, demo, owner, key. */
const HISTOGRAMS_OF_KEYS = `
  WITH r AS (
    SELECT r.duration_histogram, r.ttft_histogram, r.speed_histogram FROM usage_rollup r
     WHERE r.bucket_at >= $1 AND r.bucket_at < $2 AND ${SCOPE} AND r.outcome = 'completed'
  ) ${BINS}`;

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
    const name = groupBy === null ? "''" : DIMENSIONS[groupBy].name;
    const statement = `
      WITH summed AS (
        SELECT width_bucket(r.bucket_at, $7::timestamptz[]) AS slot, ${name} AS name, ${COMPLETED} AS requests,
               ${ERRORS} AS errors, sum(r.prompt_tokens + r.completion_tokens) AS tokens,
               sum(r.energy_pj) AS energy, ${COST} AS cost
          FROM ${SUMS} r LEFT JOIN api_key k ON k.id = r.key_id
         WHERE ${SCOPE}
         GROUP BY 1, 2
      ), largest AS (
        SELECT name FROM summed GROUP BY name ORDER BY sum(requests) DESC, sum(tokens) DESC, name LIMIT $8
      )
      SELECT s.slot, l.name, sum(s.requests) AS requests, sum(s.errors) AS errors, sum(s.tokens) AS "totalTokens",
             sum(s.energy) AS "energyPj", sum(s.cost) AS "costNumerator"
        FROM summed s LEFT JOIN largest l ON l.name = s.name
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
    const { id, name } = DIMENSIONS[by];
    const requests = by === 'outcome' ? 'sum(r.requests)' : COMPLETED;
    const statement = `
      WITH summed AS (
        SELECT ${id} AS id, min(${name}) AS name, ${requests} AS requests,
               sum(r.prompt_tokens + r.completion_tokens) AS tokens, sum(r.energy_pj) AS energy, ${COST} AS cost
          FROM ${SUMS} r LEFT JOIN api_key k ON k.id = r.key_id LEFT JOIN admin_user u ON u.id = k.owner_id
         WHERE ${SCOPE}
         GROUP BY 1
      ), ranked AS (
        SELECT *, row_number() OVER (ORDER BY requests DESC, tokens DESC, id) AS rank
          FROM summed WHERE requests > 0 OR tokens > 0 OR energy > 0
      )
      SELECT CASE WHEN rank <= $7 THEN id END AS id, CASE WHEN rank <= $7 THEN name END AS name,
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
  const { quarters, days } = toUsageGrains(boundaries, 'day');
  return [quarters.map(toRange), days.map(toRange), includeDemo, ownerId, keyId, currency];
}

function binsOf(
  manager: EntityManager,
  { span, includeDemo, ownerId, keyId }: UsageScope,
): Promise<{ duration: number; ttft: number; speed: number }[]> {
  if (ownerId !== null || keyId !== null)
    return manager.query(HISTOGRAMS_OF_KEYS, [
      new Date(span.fromMs),
      new Date(span.toMs),
      includeDemo,
      ownerId,
      keyId,
    ]);
  const { quarters, days, months } = toUsageGrains([span.fromMs, span.toMs], 'month');
  return manager.query(HISTOGRAMS_OF_ALL, [
    quarters.map(toRange),
    days.map(toRange),
    months.map(toRange),
    includeDemo,
  ]);
}

function toRange({ fromMs, toMs }: Stretch): string {
  return `[${new Date(fromMs).toISOString()},${new Date(toMs).toISOString()})`;
}
