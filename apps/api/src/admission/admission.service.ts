import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import { GatewayError } from '../upstream/gateway-error';
import type { PoolHost } from '../upstream/ollama/host-pool.service';

/** One of a host's parallel places; `release` may be called more than once. */
export interface Slot {
  readonly host: PoolHost;
  release(): void;
}

interface Waiter {
  readonly signal: AbortSignal;
  readonly keyId: string;
  readonly hosts: readonly PoolHost[];
  readonly admit: (slot: Slot) => void;
}

/** Before anything was measured, an answer is guessed to take this long. */
const FIRST_GUESS_MS = 5_000;
const SMOOTHING = 0.1;

/** Slots per host with one bounded queue in front of them, first come, first served. */
@Injectable()
export class AdmissionService {
  private readonly queue: Waiter[] = [];
  private averageHoldMs = FIRST_GUESS_MS;

  constructor(private readonly config: AppConfig) {}

  get queued(): number {
    return this.queue.length;
  }

  /** Who waits, by the signal that `enter` was given, and how many go before, counted from 1. */
  positions(): Map<AbortSignal, number> {
    return new Map(this.queue.map(({ signal }, place) => [signal, place + 1]));
  }

  /**
   * Waits for a slot on one of the hosts.
   * @throws GatewayError `server_is_overloaded` (queue full), `rate_limit_exceeded` (too many of one key wait),
   *   `queue_timeout`; the signal's reason where the client leaves while it waits.
   */
  async enter(keyId: string, hosts: readonly PoolHost[], signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted();
    const host = this.freeHost(hosts);
    // Whoever waits for one of these hosts goes first.
    if (host !== null && !this.queue.some((waiter) => waiter.hosts.includes(host))) return this.occupy(host);
    return this.wait(keyId, hosts, signal);
  }

  private wait(keyId: string, hosts: readonly PoolHost[], signal: AbortSignal): Promise<Slot> {
    if (this.queue.length >= this.config.queueMax)
      throw new GatewayError(
        'server_is_overloaded',
        'All slots are taken and the queue is full. Try again later.',
        {
          retryAfterMs: this.expectedWaitMs(hosts),
        },
      );
    if (this.queue.filter((waiter) => waiter.keyId === keyId).length >= this.config.queueMaxPerKey)
      throw new GatewayError(
        'rate_limit_exceeded',
        'Too many requests of this key are waiting already. Try again later.',
        {
          retryAfterMs: this.expectedWaitMs(hosts),
        },
      );
    return new Promise<Slot>((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        const place = this.queue.indexOf(waiter);
        if (place >= 0) this.queue.splice(place, 1);
      };
      const onAbort = () => {
        leave();
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        leave();
        reject(
          new GatewayError('queue_timeout', 'No slot became free in time. Try again later.', {
            retryAfterMs: this.expectedWaitMs(hosts),
          }),
        );
      }, this.config.queueWaitMs);
      const waiter: Waiter = {
        signal,
        keyId,
        hosts,
        admit: (slot) => {
          leave();
          resolve(slot);
        },
      };
      signal.addEventListener('abort', onAbort);
      this.queue.push(waiter);
    });
  }

  private occupy(host: PoolHost): Slot {
    host.running++;
    const sinceMs = performance.now();
    let held = true;
    return {
      host,
      release: () => {
        if (!held) return;
        held = false;
        host.running--;
        this.averageHoldMs += SMOOTHING * (performance.now() - sinceMs - this.averageHoldMs);
        this.admitNext(host);
      },
    };
  }

  private admitNext(host: PoolHost): void {
    if (host.running >= host.config.slots) return;
    const next = this.queue.find((waiter) => waiter.hosts.includes(host));
    next?.admit(this.occupy(host));
  }

  private freeHost(hosts: readonly PoolHost[]): PoolHost | null {
    let best: PoolHost | null = null;
    for (const host of hosts)
      if (host.running < host.config.slots && (best === null || host.running < best.running)) best = host;
    return best;
  }

  private expectedWaitMs(hosts: readonly PoolHost[]): number {
    const slots = hosts.reduce((sum, host) => sum + host.config.slots, 0);
    return Math.ceil((this.averageHoldMs * (this.queue.length + 1)) / Math.max(slots, 1));
  }
}
