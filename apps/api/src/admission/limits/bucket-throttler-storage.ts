import type { ThrottlerStorage } from '@nestjs/throttler';
import type { LimitCounters } from './limit-counters';

const MINUTE_MS = 60_000;

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** The throttler's hits as takes from the token buckets of all limits: no window, so no burst at its edge. */
export class BucketThrottlerStorage implements ThrottlerStorage {
  constructor(private readonly counters: LimitCounters) {}

  /** @param ttl ms in which `limit` requests flow back; times of the record are whole seconds, as the throttler's are */
  async increment(key: string, ttl: number, limit: number): Promise<ThrottlerStorageRecord> {
    const { refusedBy, retryAfterMs, states } = await this.counters.take([
      { id: key, perMinute: (limit * MINUTE_MS) / ttl },
    ]);
    const { remaining = 0, resetMs = 0 } = states[0] ?? {};
    return {
      totalHits: limit - remaining,
      timeToExpire: Math.ceil(resetMs / 1000),
      isBlocked: refusedBy !== null,
      timeToBlockExpire: Math.ceil(retryAfterMs / 1000),
    };
  }
}
