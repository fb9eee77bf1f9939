import { Injectable } from '@nestjs/common';
import type { MeterKind, MeterScope, MeterSettings } from '@ollameter/admin-contract';
import { DataSource, type EntityManager } from 'typeorm';
import { PepperService } from '../../auth/pepper.service';
import { seal, unseal } from '../../responses/sealed-box';

/** A meter as it is stored; the secret is in the clear only in this process. */
export interface MeterRecord {
  readonly id: string;
  readonly name: string;
  readonly kind: MeterKind;
  readonly host: string;
  readonly settings: MeterSettings;
  readonly secret: string | null;
  readonly calibration: number;
  readonly intervalMs: number;
  readonly enabled: boolean;
  readonly scope: MeterScope;
}

interface MeterColumns extends Omit<MeterRecord, 'secret' | 'intervalMs'> {
  secret: Buffer | null;
  interval_ms: number;
}

const UPSERT = `
  INSERT INTO meter (id, name, kind, host, settings, secret, calibration, interval_ms, enabled, scope)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (id) DO UPDATE
     SET name = excluded.name, kind = excluded.kind, host = excluded.host, settings = excluded.settings,
         secret = excluded.secret, calibration = excluded.calibration, interval_ms = excluded.interval_ms,
         enabled = excluded.enabled, scope = excluded.scope, updated_at = clock_timestamp()`;

@Injectable()
export class MeterRepository {
  private readonly key: Buffer;

  constructor(
    private readonly dataSource: DataSource,
    pepper: PepperService,
  ) {
    this.key = pepper.deriveKey('ollameter meters');
  }

  /** Changes whenever a meter does. */
  async revision(): Promise<string> {
    const [row] = await this.dataSource.query<{ revision: string }[]>(
      `SELECT count(*) || ' ' || coalesce(max(updated_at)::text, '') AS revision FROM meter`,
    );
    return row?.revision ?? '';
  }

  /** Lets one transaction after the other change meters. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query(`LOCK TABLE meter IN SHARE ROW EXCLUSIVE MODE`);
  }

  async all(manager: EntityManager = this.dataSource.manager): Promise<MeterRecord[]> {
    const rows = await manager.query<MeterColumns[]>(`SELECT * FROM meter ORDER BY created_at, id`);
    return rows.map(({ secret, interval_ms, ...same }) => ({
      id: same.id,
      name: same.name,
      kind: same.kind,
      host: same.host,
      settings: same.settings,
      secret: secret === null ? null : unseal(this.key, same.id, secret),
      calibration: same.calibration,
      intervalMs: interval_ms,
      enabled: same.enabled,
      scope: same.scope,
    }));
  }

  async save(record: MeterRecord, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.query(UPSERT, [
      record.id,
      record.name,
      record.kind,
      record.host,
      JSON.stringify(record.settings),
      record.secret === null ? null : seal(this.key, record.id, record.secret),
      record.calibration,
      record.intervalMs,
      record.enabled,
      record.scope,
    ]);
  }

  async delete(id: string, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.query(`DELETE FROM meter WHERE id = $1`, [id]);
  }
}
