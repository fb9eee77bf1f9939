import { Injectable } from '@nestjs/common';
import type { EnergyKind } from '@ollameter/admin-contract';
import { fromNumeric } from '@ollameter/cost-model';
import type { Span } from '../calendar/calendar-period';
import { ReadOnlyDatabase } from '../read-only-database.service';
import type { ExactAmount } from './energy-amount';

/** A quarter hour of the ledger, all hosts together. */
export interface LedgerBucket extends ExactAmount {
  /** Unix ms. */
  readonly atMs: number;
  readonly kind: EnergyKind;
  readonly currency: string;
  /** Of it what the hosts would have drawn idle. */
  readonly floor: ExactAmount;
}

/** What one key used, by the time of use. */
export interface KeyUse extends ExactAmount {
  readonly keyId: string | null;
  readonly keyName: string | null;
  readonly ownerId: string | null;
  readonly ownerName: string | null;
  readonly requests: number;
  readonly totalTokens: number;
}

interface Amounts {
  energy: string;
  cost: string;
}

const NO_KEY = '00000000-0000-0000-0000-000000000000';

const BUCKETS = `
  SELECT bucket_at AS at, kind, currency, sum(energy_pj) AS energy, sum(cost_numerator) AS cost,
         sum(floor_pj) AS "floorEnergy", sum(floor_cost_numerator) AS "floorCost"
    FROM energy_ledger
   WHERE bucket_at >= $1 AND bucket_at < $2 AND ($3 OR host <> 'demo')
   GROUP BY bucket_at, kind, currency ORDER BY bucket_at, kind`;

/** Energy by the time of use; requests and tokens, which have no slices, by the time they were accepted. */
const BY_KEY = `
  WITH used AS (
    SELECT key_id, sum(energy_pj) AS energy, sum(cost_numerator) AS cost, 0 AS requests, 0 AS tokens
      FROM energy_by_key
     WHERE bucket_at >= $1 AND bucket_at < $2 AND ($3 OR host <> 'demo') AND currency = $4
     GROUP BY key_id
    UNION ALL
    SELECT key_id, 0, 0, sum(requests) FILTER (WHERE outcome = 'completed'), sum(prompt_tokens + completion_tokens)
      FROM usage_rollup
     WHERE bucket_at >= $1 AND bucket_at < $2 AND ($3 OR host <> 'demo')
     GROUP BY key_id)
  SELECT used.key_id AS "keyId", min(k.name) AS "keyName", min(k.owner_id::text) AS "ownerId",
         min(u.email) AS "ownerName", sum(used.energy) AS energy, sum(used.cost) AS cost,
         coalesce(sum(used.requests), 0) AS requests, coalesce(sum(used.tokens), 0) AS tokens
    FROM used LEFT JOIN api_key k ON k.id = used.key_id LEFT JOIN admin_user u ON u.id = k.owner_id
   GROUP BY used.key_id
  HAVING sum(used.energy) > 0 OR sum(used.requests) > 0
   ORDER BY sum(used.energy) DESC, used.key_id`;

const STRADDLING = `
  SELECT count(*)::integer AS straddling FROM request_log
   WHERE host IS NOT NULL AND ($3 OR host <> 'demo')
     AND ((active_from_us < $1 AND active_to_us > $1) OR (active_from_us < $2 AND active_to_us > $2))
     AND at >= to_timestamp($1 / 1000000.0) - interval '3 days' AND at < to_timestamp($2 / 1000000.0)`;

/** What the meters counted, read for reports. */
@Injectable()
export class EnergyLedgerRepository {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** Start of the ledger, Unix ms; null while it is empty. */
  firstBucketMs(includeDemo: boolean): Promise<number | null> {
    return this.database.read(async (manager) => {
      const [row] = await manager.query<{ first: Date | null }[]>(
        `SELECT min(bucket_at) AS first FROM energy_ledger WHERE $1 OR host <> 'demo'`,
        [includeDemo],
      );
      return row?.first?.getTime() ?? null;
    });
  }

  buckets({ fromMs, toMs }: Span, includeDemo: boolean): Promise<LedgerBucket[]> {
    return this.database.read(async (manager) => {
      const rows = await manager.query<
        (Amounts & { at: Date; kind: EnergyKind; currency: string; floorEnergy: string; floorCost: string })[]
      >(BUCKETS, [new Date(fromMs), new Date(toMs), includeDemo]);
      return rows.map((row) => ({
        atMs: row.at.getTime(),
        kind: row.kind,
        currency: row.currency,
        ...toAmount(row),
        floor: { energyPj: fromNumeric(row.floorEnergy), costNumerator: fromNumeric(row.floorCost) },
      }));
    });
  }

  byKey({ fromMs, toMs }: Span, includeDemo: boolean, currency: string): Promise<KeyUse[]> {
    return this.database.read(async (manager) => {
      const rows = await manager.query<
        (Amounts & {
          keyId: string;
          keyName: string | null;
          ownerId: string | null;
          ownerName: string | null;
          requests: string;
          tokens: string;
        })[]
      >(BY_KEY, [new Date(fromMs), new Date(toMs), includeDemo, currency]);
      return rows.map(({ keyId, keyName, ownerId, ownerName, requests, tokens, ...amounts }) => ({
        keyId: keyId === NO_KEY ? null : keyId,
        keyName,
        ownerId,
        ownerName,
        requests: Number(requests),
        totalTokens: Number(tokens),
        ...toAmount(amounts),
      }));
    });
  }

  /** How many requests were active across one of the span's ends. */
  straddling({ fromMs, toMs }: Span, includeDemo: boolean): Promise<number> {
    return this.database.read(async (manager) => {
      const [row] = await manager.query<{ straddling: number }[]>(STRADDLING, [
        fromMs * 1_000,
        toMs * 1_000,
        includeDemo,
      ]);
      return row?.straddling ?? 0;
    });
  }
}

function toAmount({ energy, cost }: Amounts): ExactAmount {
  return { energyPj: fromNumeric(energy), costNumerator: fromNumeric(cost) };
}
