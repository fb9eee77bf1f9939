import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Client } from 'pg';
import { AppConfig } from '../config/app-config';
import { StartError } from '../config/start-error';
import { dataFolderId } from './data-folder-id';

const PROCESS_LOCK = 7_305_412;
const RETAKE_MS = 1_000;
const TAKE_ALONE = 'SELECT pg_try_advisory_lock($1) AS taken';
const TAKE_SHARED = 'SELECT pg_try_advisory_lock_shared($1) AS taken';
const TAKE_FOLDER = `SELECT pg_try_advisory_lock(hashtextextended('ollameter.data.' || $1, 0)) AS taken`;

/**
 * One gateway on one database, or several that share a Redis, each with a data folder of its own: session locks held
 * for the life of the process, taken again after an outage.
 */
@Injectable()
export class ProcessLock implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(ProcessLock.name);
  private client: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private holding: Promise<void> | null = null;
  private retaking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly config: AppConfig) {}

  onModuleInit(): Promise<void> {
    return this.hold();
  }

  /** Resolves when the lock is held; many calls are one. @throws StartError where another process holds it. */
  hold(): Promise<void> {
    this.holding ??= this.takeOrRefuse();
    return this.holding;
  }

  private async takeOrRefuse(): Promise<void> {
    const refusal = await this.take();
    if (refusal !== null) throw new StartError(refusal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.retaking;
    await this.client?.end().catch(() => undefined);
  }

  /** Null when the locks are held; else why not. */
  private async take(): Promise<string | null> {
    const client = new Client({ connectionString: this.config.databaseUrl, keepAlive: true });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    await client.connect();
    const refusal = await this.refusal(client);
    if (refusal === null) this.client = client;
    else await client.end();
    return refusal;
  }

  private async refusal(client: Client): Promise<string | null> {
    const taken = async (sql: string, value: unknown) =>
      (await client.query<{ taken: boolean }>(sql, [value])).rows[0]?.taken === true;
    if (this.config.redisUrl === null)
      return (await taken(TAKE_ALONE, PROCESS_LOCK))
        ? null
        : 'Another Ollameter runs on this database. Stop it, or give this one its own (DATABASE_URL, DATA_DIR), or ' +
            'set REDIS_URL for both, so that they share this one.';
    if (!(await taken(TAKE_SHARED, PROCESS_LOCK)))
      return 'Another Ollameter runs on this database without REDIS_URL. Stop it, or set REDIS_URL there too.';
    return (await taken(TAKE_FOLDER, dataFolderId(this.config.dataDir)))
      ? null
      : `Another Ollameter runs on ${this.config.dataDir}. Give each replica a DATA_DIR of its own.`;
  }

  private lost(client: Client): void {
    if (this.stopped || this.client !== client) return;
    this.client = null;
    this.logger.warn('the connection that holds the process lock broke; taking it again');
    this.retake();
  }

  private retake(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.retaking = this.take().then(
        (refusal) => {
          if (refusal === null) return;
          this.logger.error(refusal);
          this.retake();
        },
        () => this.retake(),
      );
    }, RETAKE_MS);
  }
}
