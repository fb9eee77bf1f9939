import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createClient, ErrorReply, type RedisClientType } from '@redis/client';
import type { RedisState } from '@ollameter/admin-contract';
import { PepperService } from '../auth/pepper.service';
import { AppConfig } from '../config/app-config';
import { RedisAway } from './redis-away.error';
import type { RedisScript } from './redis-script';

/** The start waits for Redis no longer than this. */
const START_MS = 3_000;
const CONNECT_MS = 2_000;
/** A command that is not answered within this: the connection is given up, whatever the socket says. */
const SILENCE_MS = 1_000;
const PING_MS = 1_000;
/** Between two attempts: doubled from the first to the last of these, with up to half of it as jitter. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

type Listener = (message: string) => void;

/**
 * The one connection to Redis, and a second one that listens. Nothing waits for it: while Redis is away every call
 * fails at once with `RedisAway`, and it is tried again in the background.
 */
@Injectable()
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RedisConnection.name);
  private readonly listeners = new Map<string, Listener>();
  private readonly changes: ((connected: boolean) => void)[] = [];
  private client: RedisClientType | null = null;
  private subscriber: RedisClientType | null = null;
  private pingTimer: NodeJS.Timeout | null = null;
  private connected = false;
  private everConnected = false;
  private lastError = 'no answer';
  private stopped = false;

  constructor(
    private readonly config: AppConfig,
    private readonly pepper: PepperService,
  ) {}

  /** Whether `REDIS_URL` is set. */
  get isSet(): boolean {
    return this.config.redisUrl !== null;
  }

  get state(): RedisState {
    if (!this.isSet) return 'off';
    return this.connected ? 'ok' : 'unreachable';
  }

  /** Of every key and channel: gateways of another database, which has another pepper, may use the same Redis. */
  get prefix(): string {
    return `ollameter:{${this.pepper.fingerprint}}:`;
  }

  /** Connects, or says in one line that it could not and goes on: it is tried again for ever. */
  async onModuleInit(): Promise<void> {
    if (!this.isSet) return;
    await this.firstConnection();
    this.pingTimer = setInterval(() => this.ping(), PING_MS);
    this.pingTimer.unref();
  }

  /** Last of all: what others hold in Redis they give back before. */
  onApplicationShutdown(): void {
    this.stopped = true;
    if (this.pingTimer !== null) clearInterval(this.pingTimer);
    this.close();
  }

  /** Calls back whenever the connection is made or lost. */
  onChange(listener: (connected: boolean) => void): void {
    this.changes.push(listener);
  }

  /** Runs a script in one round trip. @throws RedisAway */
  async run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const call = { keys: keys.map((key) => this.prefix + key), arguments: [...values] };
    try {
      return await this.ask((client) => client.evalSha(script.sha1, call));
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error;
      return this.ask((client) => client.eval(script.source, call));
    }
  }

  /** @returns how many gateways heard it. @throws RedisAway */
  publish(channel: string, message: string): Promise<number> {
    return this.ask((client) => client.publish(this.prefix + channel, message));
  }

  /** Hears a channel from now on, over every reconnection. */
  subscribe(channel: string, listener: Listener): void {
    const name = this.prefix + channel;
    this.listeners.set(name, listener);
    if (this.connected) this.listen(name, listener);
  }

  private async ask<T>(command: (client: RedisClientType) => Promise<T>): Promise<T> {
    const { client } = this;
    if (client === null || !this.connected) throw new RedisAway();
    let silence: NodeJS.Timeout | undefined;
    const silent = new Promise<never>((_, reject) => {
      silence = setTimeout(() => {
        this.reopen(client, 'it is silent');
        reject(new RedisAway());
      }, SILENCE_MS);
    });
    try {
      return await Promise.race([command(client), silent]);
    } catch (error) {
      // What Redis itself refuses is a defect of ours, or of its settings; all else is the connection.
      throw error instanceof ErrorReply ? error : new RedisAway(error);
    } finally {
      clearTimeout(silence);
    }
  }

  private ping(): void {
    this.ask((client) => client.ping()).catch(() => undefined);
  }

  private async firstConnection(): Promise<void> {
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, START_MS);
      this.onChange(() => {
        clearTimeout(late);
        resolve();
      });
      this.open();
    });
    if (!this.connected)
      this.logger.error(
        `Redis does not answer (REDIS_URL): ${this.lastError}. Until it does, this gateway keeps to its part of ` +
          `slots and limits.`,
      );
  }

  private open(): void {
    const client: RedisClientType = createClient({
      url: this.config.redisUrl ?? '',
      name: 'ollameter',
      disableOfflineQueue: true,
      maintNotifications: 'disabled',
      socket: { connectTimeout: CONNECT_MS, noDelay: true, reconnectStrategy: retryAfterMs },
    });
    const subscriber = client.duplicate();
    this.client = client;
    this.subscriber = subscriber;
    for (const each of [client, subscriber]) {
      each.on('error', (error: Error) => this.lost(client, error));
      each.on('ready', () => this.ready(client, subscriber));
      each.connect().catch(() => undefined);
    }
  }

  private ready(client: RedisClientType, subscriber: RedisClientType): void {
    if (this.client !== client || this.connected || !client.isReady || !subscriber.isReady) return;
    this.connected = true;
    for (const [name, listener] of this.listeners) this.listen(name, listener);
    if (this.everConnected) this.logger.log('Redis answers again');
    this.everConnected = true;
    this.tell();
  }

  private lost(client: RedisClientType, error: Error): void {
    if (this.stopped || this.client !== client) return;
    this.lastError = error.message || error.name;
    if (!this.connected) return;
    this.connected = false;
    this.logger.warn(
      `Redis is away (${this.lastError}): this gateway keeps to its part of slots and limits until it is back`,
    );
    this.tell();
  }

  private reopen(client: RedisClientType, reason: string): void {
    if (this.stopped || this.client !== client) return;
    this.lost(client, new Error(reason));
    this.close();
    this.open();
  }

  private close(): void {
    for (const each of [this.client, this.subscriber]) if (each?.isOpen) each.destroy();
    this.connected = false;
  }

  /** The client itself subscribes again when it reconnects; a channel that it hears already is heard once. */
  private listen(name: string, listener: Listener): void {
    const { subscriber } = this;
    subscriber?.subscribe(name, listener).catch((error: unknown) => {
      if (this.client !== null) this.lost(this.client, error as Error);
    });
  }

  private tell(): void {
    for (const change of this.changes) change(this.connected);
  }
}

function retryAfterMs(retries: number): number {
  const step = Math.min(FIRST_RETRY_MS * 2 ** Math.min(retries, 16), LAST_RETRY_MS);
  return step * (0.5 + Math.random() / 2);
}
