import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AppConfig } from '../config/app-config';
import { uuidv7AtMs } from './month-partition';

const DAY_MS = 86_400_000;
const FIRST_MS = 60_000;
const EVERY_MS = 60 * 60_000;
const BATCH_ROWS = 2_000;
/** A drop takes its table's lock; it gives way to readers and comes again. */
const LOCK_MS = 3_000;
/** One process at a time. Any fixed number does. */
const RETENTION_LOCK = 7_305_414;

const BLANKED_TO = 'retention_previews_blanked_to';

const BODY_TABLES = ['request_body', 'request_search', 'request_unindexed'] as const;
const LOG_TABLES = [...BODY_TABLES, 'request_energy', 'request_log'] as const;

/** What a pass removed. */
export interface RetentionPass {
  droppedPartitions: string[];
  deletedRows: number;
  blankedPreviews: number;
}

/**
 * Lets go of texts and rows by age: months that are wholly over the limit are dropped; of the month that the limit
 * runs through, the rows beyond it are deleted in small steps. Rollups stay.
 */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RetentionService.name);
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<unknown> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly config: AppConfig,
    private readonly dataSource: DataSource,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(FIRST_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  /** One pass by the limits, from this moment back. Does nothing while another process is at it. */
  async apply(nowMs: number): Promise<RetentionPass> {
    const pass: RetentionPass = { droppedPartitions: [], deletedRows: 0, blankedPreviews: 0 };
    const session = this.dataSource.createQueryRunner();
    try {
      const [lock] = (await session.query('SELECT pg_try_advisory_lock($1) AS taken', [RETENTION_LOCK])) as {
        taken: boolean;
      }[];
      if (lock?.taken !== true) return pass;
      try {
        await this.removeOld(nowMs, pass);
      } finally {
        // The connection goes back to the pool and would keep it; one that broke has none.
        await session.query('SELECT pg_advisory_unlock($1)', [RETENTION_LOCK]).catch(() => undefined);
      }
      return pass;
    } finally {
      await session.release();
    }
  }

  private async removeOld(nowMs: number, pass: RetentionPass): Promise<void> {
    const { retentionBodiesDays, retentionLogDays } = this.config;
    if (retentionLogDays > 0) await this.remove(LOG_TABLES, nowMs - retentionLogDays * DAY_MS, pass);
    if (retentionBodiesDays > 0) {
      const beforeMs = nowMs - retentionBodiesDays * DAY_MS;
      await this.remove(BODY_TABLES, beforeMs, pass);
      await this.blankPreviews(uuidv7AtMs(beforeMs), pass);
    }
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => {
      this.running = this.apply(Date.now())
        .then(
          (pass) => this.tell(pass),
          (error: unknown) => this.logger.warn(`retention comes again later: ${(error as Error).message}`),
        )
        .finally(() => {
          if (!this.stopping) this.schedule(EVERY_MS);
        });
    }, ms).unref();
  }

  private tell({ droppedPartitions, deletedRows, blankedPreviews }: RetentionPass): void {
    if (droppedPartitions.length + deletedRows + blankedPreviews > 0)
      this.logger.log(
        `retention: dropped ${droppedPartitions.join(', ') || 'no month'}, deleted ${deletedRows} rows, blanked ${blankedPreviews} previews`,
      );
  }

  private async remove(tables: readonly string[], beforeMs: number, pass: RetentionPass): Promise<void> {
    const beforeId = uuidv7AtMs(beforeMs);
    for (const table of tables) {
      for (const partition of await this.partitionsBefore(table, beforeId)) {
        await this.drop(partition);
        pass.droppedPartitions.push(partition);
      }
      pass.deletedRows += await this.inSteps(
        `DELETE FROM ${table} WHERE id = ANY (ARRAY(SELECT id FROM ${table} WHERE id < $1 ORDER BY id LIMIT ${BATCH_ROWS})) RETURNING 1`,
        [beforeId],
      );
    }
  }

  /** Beginnings of texts stand in the rows themselves. */
  private async blankPreviews(beforeId: string, pass: RetentionPass): Promise<void> {
    pass.blankedPreviews += await this.inSteps(
      `UPDATE request_log SET prompt_preview = NULL, answer_preview = NULL
        WHERE id = ANY (ARRAY(SELECT id FROM request_log
                               WHERE id < $1 AND id >= $2 AND (prompt_preview IS NOT NULL OR answer_preview IS NOT NULL)
                               ORDER BY id LIMIT ${BATCH_ROWS})) RETURNING 1`,
      [beforeId, await this.blankedTo()],
    );
    await this.dataSource.query(
      `INSERT INTO setting (key, value) VALUES ($1, to_jsonb($2::text))
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
      [BLANKED_TO, beforeId],
    );
  }

  /** Where the last pass ended: older rows need no look. */
  private async blankedTo(): Promise<string> {
    const [row] = await this.dataSource.query<{ value: string }[]>(
      'SELECT value FROM setting WHERE key = $1',
      [BLANKED_TO],
    );
    return row?.value ?? uuidv7AtMs(0);
  }

  private async inSteps(sql: string, parameters: unknown[]): Promise<number> {
    for (let changed = 0; ;) {
      const step = await this.dataSource.transaction(async (manager) => {
        const [rows] = await manager.query<[unknown[], number]>(sql, parameters);
        return rows.length;
      });
      changed += step;
      if (step < BATCH_ROWS || this.stopping) return changed;
    }
  }

  private async drop(partition: string): Promise<void> {
    await this.dataSource.transaction(async (manager: EntityManager) => {
      await manager.query(`SET LOCAL lock_timeout = ${LOCK_MS}`);
      await manager.query(`DROP TABLE ${partition}`);
    });
  }

  /** Partitions of which every id is below. */
  private async partitionsBefore(table: string, beforeId: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      `SELECT c.oid::regclass::text AS name
         FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = $1::regclass
          AND substring(pg_get_expr(c.relpartbound, c.oid) FROM $$TO \\('([^']+)'\\)$$)::uuid <= $2::uuid
        ORDER BY 1`,
      [table, beforeId],
    );
    return rows.map(({ name }) => name);
  }
}
