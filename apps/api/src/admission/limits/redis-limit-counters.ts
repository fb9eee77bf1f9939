import { Logger } from '@nestjs/common';
import type { RedisConnection } from '../../redis/redis-connection.service';
import type { RedisScript } from '../../redis/redis-script';
import type { Replicas } from '../../replicas/replicas.service';
import {
  type Awaitable,
  type Bucket,
  type BucketState,
  type CounterView,
  LimitCounters,
  type Reservation,
  type ReservationAnswer,
  type Take,
} from './limit-counters';
import { LIMIT_ADJUST, LIMIT_ALIVE, LIMIT_TAKE, LIMIT_VIEW } from './limit-scripts';
import { MemoryLimitCounters } from './memory-limit-counters';

/** What a dead gateway held is given back after this. */
const ALIVE_MS = 45_000;
const TELL_ALIVE_MS = 10_000;

interface Held {
  readonly reservation: Reservation;
  /** What its allowances hold. */
  tokens: number;
  settled: boolean;
}

/** The counters of all gateways on one database, in Redis; while it is away, each has its part of every limit. */
export class RedisLimitCounters extends LimitCounters {
  private readonly logger = new Logger(RedisLimitCounters.name);
  /** Reservations that stand in Redis; others stand in `alone`. */
  private readonly held = new Map<string, Held>();
  private readonly alone = new MemoryLimitCounters();
  /** What Redis is to be told when it is back. */
  private readonly untold: (() => Promise<unknown>)[] = [];
  private readonly timer: NodeJS.Timeout;
  private failing = false;

  /** @param nowMs a clock in place of Redis' own; for tests that let time pass */
  constructor(
    private readonly redis: RedisConnection,
    private readonly replicas: Pick<Replicas, 'id' | 'count'>,
    private readonly nowMs: (() => number) | null = null,
  ) {
    super();
    redis.onChange((connected) => {
      if (connected) void this.tellRest();
    });
    this.timer = setInterval(() => {
      if (this.held.size > 0) this.run(LIMIT_ALIVE, [], [], []).catch(() => undefined);
    }, TELL_ALIVE_MS);
    this.timer.unref();
  }

  take(buckets: readonly Bucket[]): Awaitable<Take> {
    return this.ask(
      () => this.run(LIMIT_TAKE, buckets, [], ['1']),
      (reply) => takeOf(reply, buckets.length),
      () => this.alone.take(this.parted(buckets)),
    );
  }

  reserve(reservation: Reservation): Awaitable<ReservationAnswer> {
    const { id, tokens, buckets, allowances } = reservation;
    const rooms = allowances.map(({ room }) => (room === null ? '' : String(room)));
    return this.ask(
      () =>
        this.run(
          LIMIT_TAKE,
          buckets,
          allowances.map((allowance) => allowance.id),
          [String(tokens), ...rooms],
        ),
      (reply) => {
        const answer = {
          ...takeOf(reply, buckets.length),
          exhausted: orNull(reply[0]),
          held: reply.slice(3 + 2 * buckets.length).map(Number),
        };
        if (answer.exhausted === null && answer.refusedBy === null)
          this.held.set(id, { reservation, tokens, settled: false });
        return answer;
      },
      () =>
        this.alone.reserve({
          ...reservation,
          buckets: this.parted(buckets),
          allowances: allowances.map((allowance) => ({
            id: allowance.id,
            room: allowance.room === null ? null : allowance.room / this.replicas.count,
          })),
        }),
    );
  }

  settle(id: string, tokens: number): Awaitable<void> {
    const held = this.held.get(id);
    if (held === undefined) {
      this.alone.settle(id, tokens);
      return;
    }
    if (held.settled) return;
    held.settled = true;
    const more = tokens - held.tokens;
    held.tokens = tokens;
    if (held.reservation.allowances.length === 0) this.held.delete(id);
    return this.adjust(held.reservation, more, more);
  }

  release(id: string): Awaitable<void> {
    const held = this.held.get(id);
    if (held === undefined) {
      this.alone.release(id);
      return;
    }
    this.held.delete(id);
    // Where it was not settled its buckets get everything back as well.
    return this.adjust(held.reservation, held.settled ? 0 : -held.tokens, -held.tokens);
  }

  view(buckets: readonly Bucket[], allowances: readonly string[]): Awaitable<CounterView> {
    return this.ask(
      () => this.run(LIMIT_VIEW, buckets, allowances, []),
      (reply) => ({
        buckets: statesOf(reply, 0, buckets.length),
        held: reply.slice(2 * buckets.length).map(Number),
      }),
      () => this.alone.view(this.parted(buckets), allowances),
    );
  }

  /** Nothing is asked or told any more. */
  close(): void {
    clearInterval(this.timer);
  }

  private ask<T>(
    question: () => Promise<(number | string)[]>,
    toAnswer: (reply: (number | string)[]) => T,
    alone: () => Awaitable<T>,
  ): Awaitable<T> {
    if (this.redis.state !== 'ok') return alone();
    return question().then(
      (reply) => {
        this.failing = false;
        return toAnswer(reply);
      },
      (error: unknown) => {
        this.tellFailure(error as Error);
        return alone();
      },
    );
  }

  private async adjust(reservation: Reservation, charged: number, held: number): Promise<void> {
    const tell = () =>
      this.run(
        LIMIT_ADJUST,
        reservation.buckets,
        reservation.allowances.map(({ id }) => id),
        [String(charged), String(held)],
      );
    try {
      await tell();
    } catch (error) {
      this.tellFailure(error as Error);
      this.untold.push(tell);
    }
  }

  private async tellRest(): Promise<void> {
    try {
      for (let tell = this.untold[0]; tell !== undefined; tell = this.untold[0]) {
        await tell();
        this.untold.shift();
      }
    } catch (error) {
      this.tellFailure(error as Error);
    }
  }

  private async run(
    script: RedisScript,
    buckets: readonly Bucket[],
    allowances: readonly string[],
    rest: readonly string[],
  ): Promise<(number | string)[]> {
    const keys = [
      'limits:alive',
      ...buckets.map(({ id }) => `limits:bucket:${id}`),
      ...allowances.map((id) => `limits:held:${id}`),
    ];
    const values = [
      this.nowMs === null ? '' : String(this.nowMs()),
      this.replicas.id,
      String(ALIVE_MS),
      String(buckets.length),
      ...buckets.map(({ perMinute }) => String(perMinute)),
      ...rest,
    ];
    return (await this.redis.run(script, keys, values)) as (number | string)[];
  }

  private parted(buckets: readonly Bucket[]): Bucket[] {
    return buckets.map(({ id, perMinute }) => ({
      id,
      perMinute: Math.max(1, Math.floor(perMinute / this.replicas.count)),
    }));
  }

  /** That Redis is away is told by its connection; here only what it refuses. */
  private tellFailure(error: Error): void {
    if (this.redis.state !== 'ok' || this.failing) return;
    this.failing = true;
    this.logger.error(`limits are not shared for now: ${error.message}`);
  }
}

function takeOf(reply: readonly (number | string)[], buckets: number): Take {
  return {
    refusedBy: orNull(reply[1]),
    retryAfterMs: Number(reply[2]),
    states: statesOf(reply, 3, buckets),
  };
}

function statesOf(reply: readonly (number | string)[], from: number, buckets: number): BucketState[] {
  return Array.from({ length: buckets }, (_, n) => ({
    remaining: Number(reply[from + 2 * n]),
    resetMs: Number(reply[from + 2 * n + 1]),
  }));
}

function orNull(index: number | string | undefined): number | null {
  return Number(index) < 0 ? null : Number(index);
}
