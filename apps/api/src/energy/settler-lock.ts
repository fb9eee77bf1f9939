import { Injectable } from '@nestjs/common';
import { Client } from 'pg';
import { AppConfig } from '../config/app-config';

const TRY_LOCK = `SELECT pg_try_advisory_lock(hashtextextended('ollameter.settler', 0)) AS held`;
const CONNECT_TIMEOUT_MS = 5_000;

/** Chooses the one process that settles: a session's advisory lock, which PostgreSQL frees when the session ends. */
@Injectable()
export class SettlerLock {
  private client: Client | null = null;
  private isHeld = false;

  constructor(private readonly config: AppConfig) {}

  get held(): boolean {
    return this.isHeld;
  }

  /** True when this process holds the lock, which it takes if nobody else does. @throws when PostgreSQL is away. */
  async acquire(): Promise<boolean> {
    if (this.isHeld) return true;
    const client = (this.client ??= await this.connect());
    const { rows } = await client.query<{ held: boolean }>(TRY_LOCK);
    this.isHeld = this.client === client && rows[0]?.held === true;
    return this.isHeld;
  }

  async release(): Promise<void> {
    const client = this.client;
    this.forget();
    await client?.end();
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.config.databaseUrl,
      application_name: 'ollameter settler',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    const lost = () => {
      if (this.client === client) this.forget();
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    return client;
  }

  private forget(): void {
    this.client = null;
    this.isHeld = false;
  }
}
