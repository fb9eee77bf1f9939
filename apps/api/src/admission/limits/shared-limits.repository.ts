import { Injectable } from '@nestjs/common';
import type { Limits } from '@ollameter/admin-contract';
import { DataSource, type EntityManager } from 'typeorm';

/** Limits of users and of all keys together, as they are stored. */
export interface StoredLimits {
  all: Limits;
  /** By user id; users without any are left out. */
  users: Map<string, Limits>;
}

/** In `setting.key`. */
const ALL_KEYS = 'limits';

@Injectable()
export class SharedLimitsRepository {
  constructor(private readonly database: DataSource) {}

  async read(manager?: EntityManager): Promise<StoredLimits> {
    const rows = await (manager ?? this.database).query<{ user_id: string | null; limits: Limits }[]>(
      `SELECT id AS user_id, limits FROM admin_user WHERE limits <> '{}'
       UNION ALL SELECT NULL, value FROM setting WHERE key = $1`,
      [ALL_KEYS],
    );
    const stored: StoredLimits = { all: {}, users: new Map() };
    for (const { user_id, limits } of rows)
      if (user_id === null) stored.all = limits;
      else stored.users.set(user_id, limits);
    return stored;
  }

  async saveAll(manager: EntityManager, limits: Limits): Promise<void> {
    await manager.query(
      `INSERT INTO setting (key, value) VALUES ($1, $2)
       ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()`,
      [ALL_KEYS, JSON.stringify(limits)],
    );
  }
}
