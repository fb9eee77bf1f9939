import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { MintedKey } from '../../auth/api-key.service';
import { likePattern } from '../logs/like-pattern';
import { KEY_COLUMNS, type KeyRow } from './key-row';

/** Which keys a list shows. */
export interface KeyFilter {
  /** Only this owner's; null is everybody's. */
  ownerId: string | null;
  q: string | null;
  state: string | null;
}

const FROM = 'FROM api_key k LEFT JOIN admin_user u ON u.id = k.owner_id';

const WHERE = `WHERE k.deleted_at IS NULL
  AND ($1::uuid IS NULL OR k.owner_id = $1)
  AND ($2::text IS NULL OR k.name ILIKE $2 OR k.note ILIKE $2 OR k.prefix ILIKE $2 OR k.last_four ILIKE $2 OR u.email ILIKE $2)
  AND ($3::text IS NULL OR $3 = CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'
                                     WHEN u.disabled_at IS NOT NULL THEN 'suspended'
                                     WHEN k.expires_at <= now() THEN 'expired' ELSE 'active' END)`;

/** What of a key can be changed, by column. */
export interface KeyValues {
  name?: string;
  note?: string | null;
  owner_id?: string | null;
  allowed_models?: string[];
  endpoints?: string[];
  ip_ranges?: string[];
  limits?: string;
  log_policy?: string | null;
  priority?: string;
  weight?: number;
  may_reload?: boolean;
  expires_at?: Date | null;
}

/** The SQL of key management. A deleted key is a row with its name and nothing else, and is never found here. */
@Injectable()
export class KeyRepository {
  constructor(private readonly dataSource: DataSource) {}

  async page(filter: KeyFilter, page: number, pageSize: number): Promise<{ rows: KeyRow[]; total: number }> {
    const parameters = [filter.ownerId, filter.q === null ? null : likePattern(filter.q), filter.state];
    const rows = await this.dataSource.query<KeyRow[]>(
      `SELECT ${KEY_COLUMNS} ${FROM} ${WHERE} ORDER BY k.revoked_at IS NOT NULL, k.created_at DESC, k.id LIMIT $4 OFFSET $5`,
      [...parameters, pageSize, (page - 1) * pageSize],
    );
    const counted = await this.dataSource.query<{ total: number }[]>(
      `SELECT count(*)::int AS total ${FROM} ${WHERE}`,
      parameters,
    );
    return { rows, total: counted[0]?.total ?? 0 };
  }

  /** @param ownerId null finds everybody's; within a transaction the row is locked */
  async find(id: string, ownerId: string | null, manager?: EntityManager): Promise<KeyRow | null> {
    const rows = await (manager ?? this.dataSource).query<KeyRow[]>(
      `SELECT ${KEY_COLUMNS} ${FROM} WHERE k.id = $1 AND k.deleted_at IS NULL AND ($2::uuid IS NULL OR k.owner_id = $2)
       ${manager === undefined ? '' : 'FOR UPDATE OF k'}`,
      [id, ownerId],
    );
    return rows[0] ?? null;
  }

  async userExists(id: string, manager?: EntityManager): Promise<boolean> {
    const source = manager ?? this.dataSource;
    const rows = await source.query<unknown[]>('SELECT 1 FROM admin_user WHERE id = $1', [id]);
    return rows.length > 0;
  }

  async insert(manager: EntityManager, id: string, key: MintedKey, values: KeyValues): Promise<void> {
    const columns: [string, unknown][] = [
      ['id', id],
      ['prefix', key.prefix],
      ['last_four', key.lastFour],
      ['secret_hash', key.secretHash],
      ...Object.entries(values),
    ];
    await manager.query(
      `INSERT INTO api_key (${columns.map(([name]) => name).join(', ')})
       VALUES (${columns.map((_, n) => `$${n + 1}`).join(', ')})`,
      columns.map(([, value]) => value),
    );
  }

  async change(manager: EntityManager, id: string, values: KeyValues): Promise<void> {
    const columns = Object.entries(values);
    const assignments = columns.map(([name], n) => `${name} = $${n + 2}`);
    await manager.query(
      `UPDATE api_key SET ${[...assignments, 'updated_at = now()'].join(', ')} WHERE id = $1`,
      [id, ...columns.map(([, value]) => value as unknown)],
    );
  }

  /** The text before the last one stops working at once; the last one's grace begins. */
  async rotate(manager: EntityManager, id: string, key: MintedKey, graceSeconds: number): Promise<void> {
    await manager.query(
      `UPDATE api_key SET
         previous_hash = CASE WHEN $5 > 0 THEN secret_hash END,
         previous_last_four = CASE WHEN $5 > 0 THEN last_four END,
         previous_valid_until = CASE WHEN $5 > 0 THEN now() + make_interval(secs => $5) END,
         prefix = $2, last_four = $3, secret_hash = $4, updated_at = now()
       WHERE id = $1`,
      [id, key.prefix, key.lastFour, key.secretHash, graceSeconds],
    );
  }

  async revoke(manager: EntityManager, id: string, reason: string | null): Promise<void> {
    await manager.query(
      `UPDATE api_key SET revoked_at = now(), revoked_reason = $2, previous_hash = NULL, previous_last_four = NULL,
         previous_valid_until = NULL, updated_at = now()
       WHERE id = $1`,
      [id, reason],
    );
  }

  /** Everything but the name, the owner and the times is wiped. */
  async remove(manager: EntityManager, id: string): Promise<void> {
    await manager.query(
      `UPDATE api_key SET deleted_at = now(), updated_at = now(), note = NULL, prefix = '', last_four = '',
         secret_hash = NULL, previous_hash = NULL, previous_last_four = NULL, previous_valid_until = NULL,
         allowed_models = '{}', endpoints = '{}', ip_ranges = '{}', limits = '{}'
       WHERE id = $1`,
      [id],
    );
  }
}
