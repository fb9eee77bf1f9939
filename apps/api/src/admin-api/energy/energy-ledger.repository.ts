import { Injectable } from '@nestjs/common';
import type { EnergyKind } from '@ollameter/admin-contract';
import { fromNumeric } from '@ollameter/cost-model';
import type { Span } from '../calendar/calendar-period';
import type { EntityManager } from 'typeorm';
import { NIL_KEY_ID } from '../../request-log/usage-rollup';
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

/** What somebody or something was charged, by the time of use. */
export interface ChargedUse extends ExactAmount {
  readonly id: string | null;
  readonly name: string;
  readonly floor: ExactAmount;
}

interface Amounts {
  energy: string;
  cost: string;
}

interface FloorAmounts extends Amounts {
  floorEnergy: string;
  floorCost: string;
}

const BUCKETS = `
  SELECT bucket_at AS at, kind, currency, sum(energy_pj) AS energy, sum(cost_numerator) AS cost,
         sum(floor_pj) AS "floorEnergy", sum(floor_cost_numerator) AS "floorCost"
    FROM energy_ledger
   WHERE bucket_at >= $1 AND bucket_at < $2 AND ($3 OR host <> 'demo')
   GROUP BY bucket_at, kind, currency ORDER BY bucket_at, kind`;

/** What the charges of energy_by_key are grouped by: the id, and its name. */
const GROUPS = {
  key: {
    id: `nullif(used.key_id, '${NIL_KEY_ID}')::text`,
    name: `CASE WHEN used.key_id = '${NIL_KEY_ID}' THEN '(no key)' ELSE coalesce(min(k.name), '(deleted key)') END`,
  },
  user: { id: 'k.owner_id::text', name: `coalesce(min(u.email), '(nobody)')` },
  model: { id: 'used.model', name: 'used.model' },
  host: { id: 'used.host', name: 'used.host' },
} as const;
export type ChargedGroup = keyof typeof GROUPS;

const GROUP_COLUMN = {
  key: 'used.key_id',
  user: 'k.owner_id',
  model: 'used.model',
  host: 'used.host',
} as const;

const chargedBy = (by: ChargedGroup) => `
  SELECT ${GROUPS[by].id} AS id, ${GROUPS[by].name} AS name, sum(used.energy_pj) AS energy,
         sum(used.cost_numerator) AS cost, sum(used.floor_pj) AS "floorEnergy",
         sum(used.floor_cost_numerator) AS "floorCost"
    FROM energy_by_key AS used
    LEFT JOIN api_key k ON k.id = used.key_id LEFT JOIN admin_user u ON u.id = k.owner_id
   WHERE bucket_at >= $1 AND bucket_at < $2 AND ($3 OR host <> 'demo') AND currency = $4
   GROUP BY ${GROUP_COLUMN[by]} ORDER BY sum(used.energy_pj) DESC, 1`;

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

  buckets(span: Span, includeDemo: boolean): Promise<LedgerBucket[]> {
    return this.database.read((manager) => readBuckets(manager, span, includeDemo));
  }

  /** The ledger and what of it was charged to whom, in one snapshot: what is missing is of running requests. */
  charged(
    span: Span,
    includeDemo: boolean,
    currency: string,
    by: ChargedGroup,
  ): Promise<{ buckets: LedgerBucket[]; uses: ChargedUse[] }> {
    return this.database.read(async (manager) => ({
      buckets: await readBuckets(manager, span, includeDemo),
      uses: (
        await manager.query<(FloorAmounts & { id: string | null; name: string })[]>(chargedBy(by), [
          new Date(span.fromMs),
          new Date(span.toMs),
          includeDemo,
          currency,
        ])
      ).map(({ id, name, ...amounts }) => ({ id, name, ...toFloored(amounts) })),
    }));
  }
}

export async function readBuckets(
  manager: EntityManager,
  { fromMs, toMs }: Span,
  includeDemo: boolean,
): Promise<LedgerBucket[]> {
  const rows = await manager.query<(FloorAmounts & { at: Date; kind: EnergyKind; currency: string })[]>(
    BUCKETS,
    [new Date(fromMs), new Date(toMs), includeDemo],
  );
  return rows.map(({ at, kind, currency, ...amounts }) => ({
    atMs: at.getTime(),
    kind,
    currency,
    ...toFloored(amounts),
  }));
}

function toFloored(amounts: FloorAmounts): ExactAmount & { floor: ExactAmount } {
  return {
    ...toExactAmount(amounts),
    floor: { energyPj: fromNumeric(amounts.floorEnergy), costNumerator: fromNumeric(amounts.floorCost) },
  };
}

/** Sums as the driver gives them. */
export function toExactAmount({ energy, cost }: Amounts): ExactAmount {
  return { energyPj: fromNumeric(energy), costNumerator: fromNumeric(cost) };
}
