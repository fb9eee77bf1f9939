import { Injectable } from '@nestjs/common';
import type { EnergyKind } from '@ollameter/admin-contract';
import { fromNumeric } from '@ollameter/cost-model';
import type { Span } from '../calendar/calendar-period';
import type { EntityManager } from 'typeorm';
import { NIL_KEY_ID } from '../../request-log/usage-rollup';
import { ReadOnlyDatabase } from '../read-only-database.service';
import type { ExactAmount } from './energy-amount';

/** A stretch of the ledger (a quarter hour, or a longer one that was asked for), all hosts together. */
export interface LedgerBucket extends ExactAmount {
  /** Its start, Unix ms. */
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

const sumsBy = (at: string) => `
  SELECT ${at} AS at, kind, currency, sum(energy_pj) AS energy, sum(cost_numerator) AS cost,
         sum(floor_pj) AS "floorEnergy", sum(floor_cost_numerator) AS "floorCost"
    FROM energy_ledger
   WHERE bucket_at >= $1 AND bucket_at < $2 AND ($3 OR host <> 'demo')
   GROUP BY 1, kind, currency ORDER BY 1, kind`;
const QUARTERS = sumsBy('bucket_at');
/** By the last of the starts that is not after it; a year is then some rows and not a hundred thousand. */
const STRETCHES = sumsBy('($4::timestamptz[])[width_bucket(bucket_at, $4::timestamptz[])]');

/** Of the quarter hours that were idle throughout the middle one: where the gateway came or went, one holds less. */
const IDLE_QUARTER = `
  SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY energy)::text AS energy
    FROM (SELECT sum(energy_pj) AS energy FROM energy_ledger
           WHERE bucket_at >= $1 AND bucket_at < $2 AND ($3 OR host <> 'demo')
           GROUP BY bucket_at HAVING bool_and(kind = 'idle')) AS idle`;

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

  /** The quarter hours of the span. */
  quarters(span: Span, includeDemo: boolean): Promise<LedgerBucket[]> {
    return this.database.read((manager) => readQuarters(manager, span, includeDemo));
  }

  /** What the hosts draw together in a quarter hour without work, pJ; null where there was none. */
  idleQuarterPj({ fromMs, toMs }: Span, includeDemo: boolean): Promise<bigint | null> {
    return this.database.read(async (manager) => {
      const [row] = await manager.query<{ energy: string | null }[]>(IDLE_QUARTER, [
        new Date(fromMs),
        new Date(toMs),
        includeDemo,
      ]);
      return row?.energy == null ? null : fromNumeric(row.energy);
    });
  }

  /** The span in stretches that begin at these instants, Unix ms, ascending; in one where not said. */
  stretches(span: Span, includeDemo: boolean, startsMs = [span.fromMs]): Promise<LedgerBucket[]> {
    return this.database.read((manager) => readStretches(manager, span, includeDemo, startsMs));
  }

  /** The ledger and what of it was charged to whom, in one snapshot: what is missing is of running requests. */
  charged(
    span: Span,
    includeDemo: boolean,
    currency: string,
    by: ChargedGroup,
  ): Promise<{ buckets: LedgerBucket[]; uses: ChargedUse[] }> {
    return this.database.read(async (manager) => ({
      buckets: await readStretches(manager, span, includeDemo),
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

type BucketColumns = FloorAmounts & { at: Date; kind: EnergyKind; currency: string };

async function readQuarters(
  manager: EntityManager,
  { fromMs, toMs }: Span,
  includeDemo: boolean,
): Promise<LedgerBucket[]> {
  return toBuckets(await manager.query(QUARTERS, [new Date(fromMs), new Date(toMs), includeDemo]));
}

export async function readStretches(
  manager: EntityManager,
  { fromMs, toMs }: Span,
  includeDemo: boolean,
  startsMs = [fromMs],
): Promise<LedgerBucket[]> {
  const starts = startsMs.map((startMs) => new Date(startMs));
  return toBuckets(await manager.query(STRETCHES, [new Date(fromMs), new Date(toMs), includeDemo, starts]));
}

function toBuckets(rows: readonly BucketColumns[]): LedgerBucket[] {
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
