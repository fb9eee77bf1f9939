import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ChangeFeed } from '../database/change-feed.service';
import { ApiKeyRepository, type KeyRead } from './api-key.repository';
import { KeyStore } from './key-store';

/** Behind the notifications, in case one was lost. */
const POLL_MS = 10_000;
/** Transactions may commit later than their `updated_at` says. */
const OVERLAP_MS = 60_000;
const MARK_USED_MS = 30_000;
/** For this long after the last good reading, a key that is not in the copy does not exist. */
const FRESH_MS = 60_000;

/** Keeps the copy of all keys as PostgreSQL has them: a notification within milliseconds, a poll behind it. */
@Injectable()
export class KeyFreshness implements OnModuleInit, OnModuleDestroy {
  readonly store = new KeyStore();
  private readonly logger = new Logger(KeyFreshness.name);
  private readonly changed = new Set<string>();
  private readonly lastUsedMs = new Map<string, number>();
  private timers: NodeJS.Timeout[] = [];
  private databaseTimeMs = 0;
  private readAtMs = 0;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly feed: ChangeFeed,
    private readonly repository: ApiKeyRepository,
  ) {}

  onModuleInit(): void {
    this.feed.follow('api_key', {
      changed: (keyId) => this.hear(keyId),
      listening: () => this.inTheBackground(this.readAll()),
    });
  }

  /** Reads all keys, then follows every change by a poll too. @throws what the database throws at the first reading. */
  async start(): Promise<void> {
    await this.readAll();
    if (this.timers.length > 0) return;
    this.timers = [
      setInterval(() => this.inTheBackground(this.poll()), POLL_MS),
      setInterval(() => this.inTheBackground(this.tellUse()), MARK_USED_MS),
    ];
    for (const timer of this.timers) timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.tellUse().catch(() => undefined);
  }

  /** Whether a key that is not in the copy can be said not to exist. */
  isFresh(nowMs: number): boolean {
    return nowMs - this.readAtMs < FRESH_MS;
  }

  /** Reads these keys again; whoever changed one waits for it, so that the change holds once it is answered. */
  refresh(keyIds: readonly string[]): Promise<void> {
    this.feed.tell('api_key', keyIds);
    return this.inTurn(() => this.applyNow(keyIds));
  }

  /** A key was changed by somebody. What is heard while a reading is under way is read together, after it. */
  private hear(keyId: string): void {
    this.changed.add(keyId);
    if (this.changed.size > 1) return;
    this.inTheBackground(
      this.inTurn(async () => {
        const ids = [...this.changed];
        this.changed.clear();
        await this.applyNow(ids);
      }),
    );
  }

  markUsed(keyId: string, nowMs: number): void {
    this.lastUsedMs.set(keyId, nowMs);
  }

  /** The last use that PostgreSQL was not told yet, Unix ms. */
  lastUse(keyId: string): number | null {
    return this.lastUsedMs.get(keyId) ?? null;
  }

  private async applyNow(keyIds: readonly string[]): Promise<void> {
    this.store.apply(this.noted(await this.repository.byIds(keyIds)));
  }

  private readAll(): Promise<void> {
    return this.inTurn(async () => this.store.replace(this.noted(await this.repository.all())));
  }

  private poll(): Promise<void> {
    return this.inTurn(async () =>
      this.store.apply(this.noted(await this.repository.changedSince(this.databaseTimeMs - OVERLAP_MS))),
    );
  }

  private noted(read: KeyRead): KeyRead {
    this.databaseTimeMs = Math.max(this.databaseTimeMs, read.asOfMs);
    return read;
  }

  /** One reading after the other: an older answer never overwrites a newer one. */
  private inTurn(read: () => Promise<void>): Promise<void> {
    const turn = this.reading.then(async () => {
      const askedAtMs = Date.now();
      await read();
      this.readAtMs = askedAtMs;
    });
    this.reading = turn.catch(() => undefined);
    return turn;
  }

  private async tellUse(): Promise<void> {
    if (this.lastUsedMs.size === 0) return;
    const told = new Map(this.lastUsedMs);
    await this.repository.markUsed(told);
    for (const [keyId, ms] of told) if (this.lastUsedMs.get(keyId) === ms) this.lastUsedMs.delete(keyId);
  }

  /** PostgreSQL may be away; the copy goes on working and the next poll tries again. */
  private inTheBackground(work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.logger.warn(`keys could not be read or told: ${(error as Error).message}`),
    );
  }
}
