import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** How the last fetch of a tariff's prices went. */
export interface PriceFetchRecord {
  readonly tariffVersionId: number;
  readonly attemptedAt: Date;
  readonly fetchedAt: Date | null;
  readonly error: string | null;
  readonly nextAt: Date;
}

const MAX_ERROR = 500;

/** Hourly, and soon after a failure. */
const NEXT_AT = `price_fetch.attempted_at + CASE WHEN price_fetch.error IS NULL THEN interval '1 hour'
                                                 ELSE interval '5 minutes' END`;

/** Of several gateways the one that gets the row fetches; the others see that it was just attempted. */
const CLAIM = `
  INSERT INTO price_fetch (tariff_version_id, attempted_at) VALUES ($1, now())
  ON CONFLICT (tariff_version_id) DO UPDATE SET attempted_at = excluded.attempted_at WHERE ${NEXT_AT} <= now()
  RETURNING tariff_version_id`;

const BEGIN = `
  INSERT INTO price_fetch (tariff_version_id, attempted_at) VALUES ($1, now())
  ON CONFLICT (tariff_version_id) DO UPDATE SET attempted_at = excluded.attempted_at`;

@Injectable()
export class PriceFetchRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** True where the fetch is due and now this process's to do. */
  async claim(tariffVersionId: number): Promise<boolean> {
    return (await this.dataSource.query<unknown[]>(CLAIM, [tariffVersionId])).length > 0;
  }

  async begin(tariffVersionId: number): Promise<void> {
    await this.dataSource.query(BEGIN, [tariffVersionId]);
  }

  async succeeded(tariffVersionId: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE price_fetch SET fetched_at = now(), error = NULL WHERE tariff_version_id = $1`,
      [tariffVersionId],
    );
  }

  async failed(tariffVersionId: number, error: string): Promise<void> {
    await this.dataSource.query(`UPDATE price_fetch SET error = $2 WHERE tariff_version_id = $1`, [
      tariffVersionId,
      error.slice(0, MAX_ERROR),
    ]);
  }

  async all(): Promise<ReadonlyMap<number, PriceFetchRecord>> {
    const rows = await this.dataSource.query<PriceFetchRecord[]>(
      `SELECT tariff_version_id AS "tariffVersionId", attempted_at AS "attemptedAt", fetched_at AS "fetchedAt", error,
              ${NEXT_AT} AS "nextAt" FROM price_fetch`,
    );
    return new Map(rows.map((row) => [row.tariffVersionId, row]));
  }
}
