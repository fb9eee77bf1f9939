import { Injectable } from '@nestjs/common';
import type { TariffPlan } from '@ollameter/admin-contract';
import type { QuarterPrices } from '@ollameter/cost-model';
import { DataSource, type EntityManager } from 'typeorm';

/** A row of tariff_version. */
export interface TariffRecord {
  readonly id: number;
  readonly name: string;
  readonly currency: string;
  readonly plan: TariffPlan;
  readonly fixedMicrosPerDay: number;
  readonly source: string | null;
  readonly sourceDate: string | null;
  readonly origin: 'environment' | 'portal';
  /** Unix µs; null for one that is kept for comparisons only. */
  readonly validFromUs: number | null;
  /** Of a dynamic tariff: how many quarter hours have a price, and the last of them. */
  readonly pricedQuarters: number;
  readonly lastQuarter: number | null;
}

export type TariffDraft = Omit<TariffRecord, 'id' | 'pricedQuarters' | 'lastQuarter'>;

interface TariffColumns {
  id: number;
  name: string;
  currency: string;
  plan: TariffPlan;
  fixed_micros_per_day: string;
  source: string | null;
  source_date: string | null;
  origin: 'environment' | 'portal';
  valid_from_us: string | null;
  priced_quarters: string;
  last_quarter: number | null;
}

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('ollameter.tariff', 0))`;

/** The very first version prices all time before it too; a changed environment opens one from this start. */
const OPEN_VERSION = `
  INSERT INTO tariff_version (name, currency, plan, origin, valid_from)
  SELECT 'ELECTRICITY_RATE', $1, jsonb_build_object('kind', 'flat', 'rateMicrosPerKwh', $2::bigint), 'environment',
         CASE WHEN EXISTS (SELECT FROM tariff_version WHERE valid_from IS NOT NULL)
              THEN timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
              ELSE timestamptz 'epoch' END
   WHERE NOT EXISTS (
     SELECT FROM (SELECT currency, plan FROM tariff_version WHERE origin = 'environment' ORDER BY id DESC LIMIT 1)
       AS newest
      WHERE newest.currency = $1 AND (newest.plan ->> 'rateMicrosPerKwh')::bigint = $2)`;

const SELECT = `
  SELECT version.id, name, currency, plan, fixed_micros_per_day, source, source_date, origin,
         (extract(epoch FROM valid_from) * 1000000)::bigint AS valid_from_us,
         price.priced_quarters, price.last_quarter
    FROM tariff_version AS version,
         LATERAL (SELECT count(*) AS priced_quarters, max(quarter) AS last_quarter
                    FROM tariff_price WHERE tariff_version_id = version.id) AS price`;

const INSERT = `
  INSERT INTO tariff_version
    (name, currency, plan, fixed_micros_per_day, source, source_date, origin, valid_from)
  VALUES ($1, $2, $3, $4, $5, $6, $7, timestamptz 'epoch' + $8::bigint * interval '1 microsecond') RETURNING id`;

const UPDATE = `
  UPDATE tariff_version
     SET name = $2, currency = $3, plan = $4, fixed_micros_per_day = $5, source = $6, source_date = $7, origin = $8,
         valid_from = timestamptz 'epoch' + $9::bigint * interval '1 microsecond', updated_at = clock_timestamp()
   WHERE id = $1`;

const UPSERT_PRICES = `
  INSERT INTO tariff_price (tariff_version_id, quarter, rate_micros_per_kwh)
  SELECT $1, price.* FROM unnest($2::integer[], $3::bigint[]) AS price
  ON CONFLICT (tariff_version_id, quarter) DO UPDATE SET rate_micros_per_kwh = excluded.rate_micros_per_kwh`;

/** Tariff versions and their prices. */
@Injectable()
export class TariffRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Opens a version where the environment's rate or currency is another than at the start before. */
  async openFromEnvironment(currency: string, rateMicrosPerKwh: number, startedAtUs: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK);
      await manager.query(OPEN_VERSION, [currency, rateMicrosPerKwh, startedAtUs]);
    });
  }

  /** Changes whenever a version or a price does. */
  async revision(): Promise<string> {
    const [row] = await this.dataSource.query<{ revision: string }[]>(
      `SELECT count(*) || ' ' || coalesce(max(updated_at)::text, '') AS revision FROM tariff_version`,
    );
    return row?.revision ?? '';
  }

  async all(): Promise<TariffRecord[]> {
    const rows = await this.dataSource.query<TariffColumns[]>(`${SELECT} ORDER BY version.id`);
    return rows.map(toRecord);
  }

  /** Changes by people happen one after the other, each as a whole. */
  changing<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK);
      return work(manager);
    });
  }

  async find(id: number, manager: EntityManager = this.dataSource.manager): Promise<TariffRecord | null> {
    const [row] = await manager.query<TariffColumns[]>(`${SELECT} WHERE version.id = $1`, [id]);
    return row === undefined ? null : toRecord(row);
  }

  async insert(draft: TariffDraft, manager: EntityManager = this.dataSource.manager): Promise<number> {
    const [row] = await manager.query<{ id: number }[]>(INSERT, parametersOf(draft));
    if (row === undefined) throw new Error('PostgreSQL returned no id for the tariff');
    return row.id;
  }

  async update(id: number, draft: TariffDraft, manager: EntityManager): Promise<void> {
    await manager.query(UPDATE, [id, ...parametersOf(draft)]);
  }

  async delete(id: number, manager: EntityManager): Promise<void> {
    await manager.query(`DELETE FROM tariff_version WHERE id = $1`, [id]);
  }

  /** All prices of a version, or those of [fromQuarter, toQuarter). */
  async prices(id: number, fromQuarter?: number, toQuarter?: number): Promise<QuarterPrices> {
    const rows = await this.dataSource.query<{ quarter: number; rate_micros_per_kwh: string }[]>(
      `SELECT quarter, rate_micros_per_kwh FROM tariff_price
        WHERE tariff_version_id = $1 AND quarter >= $2 AND quarter < $3`,
      [id, fromQuarter ?? 0, toQuarter ?? 2_147_483_647],
    );
    return new Map(rows.map((row) => [row.quarter, Number(row.rate_micros_per_kwh)]));
  }

  /** Adds prices or replaces those of the same quarter hours. */
  async storePrices(id: number, prices: QuarterPrices): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(UPSERT_PRICES, [id, [...prices.keys()], [...prices.values()]]);
      await manager.query(`UPDATE tariff_version SET updated_at = clock_timestamp() WHERE id = $1`, [id]);
    });
  }
}

function parametersOf(draft: TariffDraft): unknown[] {
  return [
    draft.name,
    draft.currency,
    JSON.stringify(draft.plan),
    draft.fixedMicrosPerDay,
    draft.source,
    draft.sourceDate,
    draft.origin,
    draft.validFromUs,
  ];
}

function toRecord(row: TariffColumns): TariffRecord {
  return {
    id: row.id,
    name: row.name,
    currency: row.currency,
    plan: row.plan,
    fixedMicrosPerDay: Number(row.fixed_micros_per_day),
    source: row.source,
    sourceDate: row.source_date,
    origin: row.origin,
    validFromUs: row.valid_from_us === null ? null : Number(row.valid_from_us),
    pricedQuarters: Number(row.priced_quarters),
    lastQuarter: row.last_quarter,
  };
}
