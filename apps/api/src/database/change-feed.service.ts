import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { Client } from 'pg';
import { AppConfig } from '../config/app-config';
import { RedisConnection } from '../redis/redis-connection.service';
import { KeptCopy } from './kept-copy';

/** What is held in memory and may be changed on any gateway: a key (by its id), limits of people, settings, those of models. */
export type ChangeTopic = 'api_key' | 'limits' | 'setting' | 'model';

/** Somebody who keeps a copy of a topic. Both are called at once, and must not throw. */
export interface Follower {
  /** Something was changed, on whichever gateway; the same change may be heard twice. */
  changed(subject: string): void;
  /** Listening begins, or begins again after an outage: what changed before was not heard. */
  listening(): void;
}

const RECONNECT_MS = 1_000;
/** Behind the notifications, in case one was lost. */
const POLL_MS = 10_000;
const CHANNEL = 'changes';

/**
 * What changed, within milliseconds, whoever changed it: PostgreSQL's triggers notify one listening connection that
 * comes back by itself after an outage. Where there is Redis, gateways tell each other as well: a pooler before
 * PostgreSQL may swallow notifications.
 */
@Injectable()
export class ChangeFeed implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ChangeFeed.name);
  private readonly followers = new Map<string, Follower[]>();
  private client: Client | null = null;
  private readonly copies: KeptCopy[] = [];
  private reconnecting: NodeJS.Timeout | null = null;
  private polling: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly config: AppConfig,
    private readonly redis: RedisConnection,
  ) {}

  /** To be called by `onModuleInit`, before listening begins. */
  follow(topic: ChangeTopic, follower: Follower): void {
    this.followers.set(topic, [...(this.followers.get(topic) ?? []), follower]);
  }

  /**
   * Keeps a copy of topics fresh: read again at every change, whenever listening begins, and by a poll behind both.
   * While PostgreSQL is away, what was known goes on counting.
   */
  keep(topics: readonly ChangeTopic[], read: () => Promise<void>): KeptCopy {
    const copy = new KeptCopy(read, (error) =>
      this.logger.debug(`${topics.join(', ')} could not be read: ${error.message}`),
    );
    this.copies.push(copy);
    for (const topic of topics) this.follow(topic, copy);
    return copy;
  }

  /** Tells the other gateways of a change that is committed. */
  tell(topic: ChangeTopic, subjects: readonly string[] = ['']): void {
    // Redis may be away: PostgreSQL tells them.
    if (this.redis.state === 'ok')
      this.redis.publish(CHANNEL, JSON.stringify([topic, ...subjects])).catch(() => undefined);
  }

  onModuleInit(): void {
    if (!this.redis.isSet) return;
    this.redis.subscribe(CHANNEL, (message) => {
      const [topic = '', ...subjects] = JSON.parse(message) as string[];
      for (const subject of subjects) this.hear(topic, subject);
    });
  }

  onApplicationBootstrap(): void {
    this.connect().catch(() => this.reconnect());
    this.polling = setInterval(() => {
      for (const copy of this.copies) copy.changed();
    }, POLL_MS);
    this.polling.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.reconnecting !== null) clearTimeout(this.reconnecting);
    if (this.polling !== null) clearInterval(this.polling);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.config.databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    this.client = client;
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload }) => this.hear(channel, payload ?? ''));
    await client.connect();
    for (const topic of this.followers.keys()) await client.query(`LISTEN ${topic}`);
    for (const followers of this.followers.values()) for (const follower of followers) follower.listening();
  }

  private hear(topic: string, subject: string): void {
    for (const follower of this.followers.get(topic) ?? []) follower.changed(subject);
  }

  private lost(client: Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.reconnect();
  }

  private reconnect(): void {
    if (this.stopped || this.reconnecting !== null) return;
    this.reconnecting = setTimeout(() => {
      this.reconnecting = null;
      this.connect().catch(() => this.reconnect());
    }, RECONNECT_MS);
    this.reconnecting.unref();
  }
}
