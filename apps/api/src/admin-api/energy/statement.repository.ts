import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NIL_KEY_ID } from '../../request-log/usage-rollup';
import { uuidv7AtMs } from '../../request-log/month-partition';
import { usageRanges, usageSums } from '../analytics/usage-sums.sql';
import type { Span } from '../calendar/calendar-period';
import { ReadOnlyDatabase } from '../read-only-database.service';
import type { ExactAmount } from './energy-amount';
import { type LedgerBucket, readStretches, toExactAmount } from './energy-ledger.repository';

/** What one key used, by the time of use. */
export interface KeyUse extends ExactAmount {
  readonly keyId: string | null;
  readonly keyName: string | null;
  readonly ownerId: string | null;
  readonly ownerName: string | null;
  readonly requests: number;
  readonly totalTokens: number;
}

/** All that a statement says, of one snapshot of the database. */
export interface StatementBooks {
  readonly buckets: readonly LedgerBucket[];
  readonly keys: readonly KeyUse[];
  /** How many requests were active across one of the span's ends. */
  readonly straddling: number;
  /** Until when all of the hosts are settled, Unix µs; null where one has never been. */
  readonly settledToUs: number | null;
}

interface KeyUseColumns {
  keyId: string;
  keyName: string | null;
  ownerId: string | null;
  ownerName: string | null;
  energy: string;
  cost: string;
  requests: string;
  tokens: string;
}

/** No request is longer. */
const LONGEST_REQUEST_MS = 3 * 86_400_000;

const USED = usageSums('key_id, host, outcome, requests, prompt_tokens, completion_tokens', [
  '$5',
  '$6',
  '$7',
  '$8',
]);

/** Energy by the time of use; requests and tokens, which have no slices, by the time they were accepted. */
const BY_KEY = `
  WITH used AS (
    SELECT key_id, sum(energy_pj) AS energy, sum(cost_numerator) AS cost, 0 AS requests, 0 AS tokens
      FROM energy_by_key
     WHERE bucket_at >= $1 AND bucket_at < $2 AND ($3 OR host <> 'demo') AND currency = $4
     GROUP BY key_id
    UNION ALL
    SELECT key_id, 0, 0, sum(requests) FILTER (WHERE outcome = 'completed'), sum(prompt_tokens + completion_tokens)
      FROM ${USED} AS used
     WHERE $3 OR host <> 'demo'
     GROUP BY key_id)
  SELECT used.key_id AS "keyId", min(k.name) AS "keyName", min(k.owner_id::text) AS "ownerId",
         min(u.email) AS "ownerName", sum(used.energy) AS energy, sum(used.cost) AS cost,
         coalesce(sum(used.requests), 0) AS requests, coalesce(sum(used.tokens), 0) AS tokens
    FROM used LEFT JOIN api_key k ON k.id = used.key_id LEFT JOIN admin_user u ON u.id = k.owner_id
   GROUP BY used.key_id
  HAVING sum(used.energy) > 0 OR sum(used.requests) > 0
   ORDER BY sum(used.energy) DESC, used.key_id`;

/** Active before and after an instant: accepted before it, and no longer before it than a request can last. */
const ACTIVE_ACROSS = `
  SELECT id FROM request_log
   WHERE id >= $1 AND id < $2 AND host IS NOT NULL AND ($4 OR host <> 'demo')
     AND active_from_us < $3 AND active_to_us > $3`;

const SETTLED_TO = `
  SELECT min(settled_to_us) AS "settledToUs", count(*)::integer AS hosts
    FROM energy_frontier WHERE host = ANY($1::text[])`;

@Injectable()
export class StatementRepository {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** @param hosts whose time must be settled */
  books(
    span: Span,
    includeDemo: boolean,
    currency: string,
    hosts: readonly string[],
  ): Promise<StatementBooks> {
    return this.database.read(async (manager) => {
      const across = await Promise.all(
        [span.fromMs, span.toMs].map((atMs) => activeAcross(manager, atMs, includeDemo)),
      );
      return {
        buckets: await readStretches(manager, span, includeDemo),
        keys: await readKeys(manager, span, includeDemo, currency),
        straddling: new Set(across.flat()).size,
        settledToUs: await readSettledTo(manager, hosts),
      };
    });
  }
}

async function readKeys(
  manager: EntityManager,
  { fromMs, toMs }: Span,
  includeDemo: boolean,
  currency: string,
): Promise<KeyUse[]> {
  const rows = await manager.query<KeyUseColumns[]>(BY_KEY, [
    new Date(fromMs),
    new Date(toMs),
    includeDemo,
    currency,
    ...usageRanges([fromMs, toMs]),
  ]);
  return rows.map(({ keyId, energy, cost, requests, tokens, ...names }) => ({
    keyId: keyId === NIL_KEY_ID ? null : keyId,
    ...names,
    requests: Number(requests),
    totalTokens: Number(tokens),
    ...toExactAmount({ energy, cost }),
  }));
}

async function activeAcross(manager: EntityManager, atMs: number, includeDemo: boolean): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(ACTIVE_ACROSS, [
    uuidv7AtMs(atMs - LONGEST_REQUEST_MS),
    uuidv7AtMs(atMs),
    atMs * 1_000,
    includeDemo,
  ]);
  return rows.map(({ id }) => id);
}

async function readSettledTo(manager: EntityManager, hosts: readonly string[]): Promise<number | null> {
  const [row] = await manager.query<{ settledToUs: string | null; hosts: number }[]>(SETTLED_TO, [hosts]);
  if (row?.settledToUs == null || row.hosts < hosts.length) return null;
  return Number(row.settledToUs);
}
