import { Injectable } from '@nestjs/common';
import type { ModelAlias } from '@ollameter/admin-contract';
import { DataSource, type EntityManager } from 'typeorm';

/** What is fixed for one model, under its canonical name. */
export interface StoredModelSettings {
  model: string;
  numCtx: number | null;
  keepAlive: string | null;
}

@Injectable()
export class ModelSettingsRepository {
  constructor(private readonly database: DataSource) {}

  settings(): Promise<StoredModelSettings[]> {
    return this.database.query(
      'SELECT model, num_ctx AS "numCtx", keep_alive AS "keepAlive" FROM model_setting',
    );
  }

  aliases(): Promise<ModelAlias[]> {
    return this.database.query('SELECT alias, model FROM model_alias ORDER BY alias');
  }

  /** Runs changes and what goes with them as one. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async saveSettings(manager: EntityManager, row: StoredModelSettings): Promise<void> {
    await manager.query(
      `INSERT INTO model_setting (model, num_ctx, keep_alive) VALUES ($1, $2, $3)
       ON CONFLICT (model) DO UPDATE SET num_ctx = EXCLUDED.num_ctx, keep_alive = EXCLUDED.keep_alive`,
      [row.model, row.numCtx, row.keepAlive],
    );
  }

  async saveAlias(manager: EntityManager, { alias, model }: ModelAlias): Promise<void> {
    await manager.query(
      `INSERT INTO model_alias (alias, model) VALUES ($1, $2)
       ON CONFLICT (alias) DO UPDATE SET model = EXCLUDED.model`,
      [alias, model],
    );
  }

  async removeAlias(manager: EntityManager, alias: string): Promise<void> {
    await manager.query('DELETE FROM model_alias WHERE alias = $1', [alias]);
  }
}
