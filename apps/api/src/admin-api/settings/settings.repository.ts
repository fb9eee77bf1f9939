import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { READ_STORED, STORED_PREFIX } from '../../config/stored-settings';

/** What the portal has stored, by variable. */
@Injectable()
export class SettingsRepository {
  constructor(private readonly database: DataSource) {}

  async stored(manager: EntityManager = this.database.manager): Promise<Record<string, string>> {
    const rows = await manager.query<{ variable: string; text: string }[]>(READ_STORED);
    return Object.fromEntries(rows.map(({ variable, text }) => [variable, text]));
  }

  /** Changes happen one after the other: each is checked against what the last one left. */
  changing<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await manager.query('LOCK TABLE setting IN SHARE ROW EXCLUSIVE MODE');
      return work(manager);
    });
  }

  /** Null goes back to the default. */
  async save(manager: EntityManager, variable: string, text: string | null): Promise<void> {
    const key = STORED_PREFIX + variable;
    if (text === null) await manager.query('DELETE FROM setting WHERE key = $1', [key]);
    else
      await manager.query(
        `INSERT INTO setting (key, value) VALUES ($1, to_jsonb($2::text))
         ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()`,
        [key, text],
      );
  }
}
