import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Client } from 'pg';
import { AppConfig } from '../config/app-config';
import { StartError } from '../config/start-error';

const PROCESS_LOCK = 7_305_412;
const RETAKE_MS = 1_000;

/** One gateway on one database: a session lock held for the life of the process, taken again after an outage. */
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
    if (!(await this.take()))
      throw new StartError(
        'Another Ollameter runs on this database. Stop it, or give this one its own (DATABASE_URL, DATA_DIR).',
      );
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.retaking;
    await this.client?.end().catch(() => undefined);
  }

  private async take(): Promise<boolean> {
    const client = new Client({ connectionString: this.config.databaseUrl, keepAlive: true });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      PROCESS_LOCK,
    ]);
    if (rows[0]?.taken !== true) {
      await client.end();
      return false;
    }
    this.client = client;
    return true;
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
        (taken) => {
          if (taken) return;
          this.logger.error('another process took the lock of this database meanwhile');
          this.retake();
        },
        () => this.retake(),
      );
    }, RETAKE_MS);
  }
}
