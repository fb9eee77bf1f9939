import { Injectable, Logger } from '@nestjs/common';
import type { Caller } from '../auth/caller';
import { AppConfig } from '../config/app-config';
import { GatewayError } from '../upstream/gateway-error';
import { HostPool, type PoolHost } from '../upstream/ollama/host-pool.service';
import { FairQueue, type Hold, type Ticket, type Waiter } from './fair-queue';
import { LimitPlans } from './limits/limit-plans.service';
import { SerialHost, type ServedInterval } from './serial-host';

/** A request that asks to run. */
export interface AdmissionRequest {
  /** The exchange's id. */
  readonly id: string;
  /** Null for work that no key asked for. */
  readonly caller: Pick<Caller, 'keyId' | 'ownerId' | 'weight' | 'priority' | 'limits'> | null;
  readonly model: string;
  /** The hosts that hold the model. */
  readonly hosts: readonly PoolHost[];
  readonly signal: AbortSignal;
}

/** One of a host's parallel places; `release` may be called more than once. */
export interface Slot {
  readonly host: PoolHost;
  release(): void;
}

/** Where a waiting request stands. */
export interface QueuePlace {
  /** 1 is next. */
  position: number;
  /** An estimate, from how long answers took of late. */
  startsInMs: number;
}

interface Pending {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly hosts: readonly PoolHost[];
  readonly admit: (slot: Slot) => void;
}

/** Before anything was measured, an answer is guessed to take this long. */
const FIRST_GUESS_MS = 5_000;
const SMOOTHING = 0.1;
/** Of its wait, a batch request spends this share behind the interactive ones. */
const AGED_SHARE = 0.25;
/** Positions beyond this are not told; nobody waits for them. */
const MOST_PLACES = 1_000;
/** Positions are worked out at most this often. */
const PLACES_FRESH_MS = 200;

/** Slots per host with one bounded, fair queue in front of them; see FairQueue for whose turn it is. */
@Injectable()
export class AdmissionService {
  private readonly logger = new Logger(AdmissionService.name);
  private readonly queue: FairQueue<PoolHost>;
  private readonly pending = new Map<Waiter<PoolHost>, Pending>();
  private readonly serial = new Map<PoolHost, SerialHost>();
  private places = new Map<string, QueuePlace>();
  private placesAtMs = -Infinity;
  private averageHoldMs = FIRST_GUESS_MS;

  constructor(
    private readonly config: AppConfig,
    private readonly pool: HostPool,
    private readonly plans: LimitPlans,
  ) {
    this.queue = new FairQueue(config.queueWaitMs * AGED_SHARE);
    pool.onUsable((host) => this.dispatch(host));
  }

  get queued(): number {
    return this.queue.size;
  }

  /** How many requests of a key (`key:…`), of a user (`user:…`) or of `all` hold a slot, and how many wait for one. */
  useOf(subject: string): { running: number; waiting: number } {
    return { running: this.queue.runningIn(subject), waiting: this.queue.waitingIn(subject) };
  }

  /** Where the request of this exchange waits; null where it does not wait, or too far behind. */
  placeOf(id: string): QueuePlace | null {
    const nowMs = performance.now();
    if (nowMs - this.placesAtMs >= PLACES_FRESH_MS) {
      this.placesAtMs = nowMs;
      this.places = this.workOutPlaces(nowMs);
    }
    return this.places.get(id) ?? null;
  }

  /** Who waits, by the signal that `enter` was given, and how many go before, counted from 1. */
  positions(): Map<AbortSignal, number> {
    const waiting = this.queue.order(performance.now(), MOST_PLACES);
    return new Map(
      waiting.flatMap((waiter, place) => {
        const pending = this.pending.get(waiter);
        return pending === undefined ? [] : [[pending.signal, place + 1] as const];
      }),
    );
  }

  /**
   * Waits for a slot on one of the hosts.
   * @throws GatewayError `server_is_overloaded` (queue full, or waited too long), `rate_limit_exceeded` (too many
   *   of one key wait), `upstream_unreachable` while every host rests; the signal's reason where the client
   *   leaves while it waits.
   */
  async enter(request: AdmissionRequest): Promise<Slot> {
    const { signal, hosts } = request;
    signal.throwIfAborted();
    if (!hosts.some((host) => host.usable))
      throw new GatewayError(
        'upstream_unreachable',
        'The model server failed repeatedly and is given a rest.',
        {
          retryAfterMs: 10_000,
        },
      );
    return new Promise<Slot>((resolve, reject) => {
      const waiter = this.queue.enqueue(this.toTicket(request), performance.now());
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.pending.delete(waiter);
      };
      const refuse = (error: Error) => {
        settle();
        this.queue.remove(waiter);
        reject(error);
      };
      const onAbort = () => refuse(signal.reason as Error);
      const timer = setTimeout(
        () => refuse(this.overloaded('No slot became free in time. Try again later.', hosts)),
        this.config.queueWaitMs,
      );
      const admit = (slot: Slot) => {
        settle();
        resolve(slot);
      };
      signal.addEventListener('abort', onAbort);
      this.pending.set(waiter, { id: request.id, signal, hosts, admit });
      for (const host of byPreference(hosts, request.model)) this.dispatch(host);
      if (!this.pending.has(waiter)) return;
      const refusal = this.outOfBounds(waiter);
      if (refusal !== null) refuse(refusal);
    });
  }

  /** A generation has ended on a host: what it says of the host. */
  observe(host: PoolHost, served: ServedInterval): void {
    const serial = this.serial.get(host) ?? new SerialHost();
    this.serial.set(host, serial);
    if (host.slots > 1 && serial.observe(served))
      this.logger.warn(
        `${host.name} works on one request at a time, though it is given ${host.slots}. Start Ollama with ` +
          `OLLAMA_NUM_PARALLEL=${host.slots}, or set HOST_SLOTS=1 (or #slots=1 in OLLAMA_URLS) so that the others ` +
          `wait here, in a fair queue. (Embedding models and some model families always run one at a time.)`,
      );
  }

  /** Gives the host's free slots to whose turn it is. */
  private dispatch(host: PoolHost): void {
    for (;;) {
      const taken = this.queue.take(host, performance.now());
      if (taken === null) return;
      this.pending.get(taken.waiter)?.admit(this.slotOf(taken.hold));
    }
  }

  private slotOf(hold: Hold<PoolHost>): Slot {
    const sinceMs = performance.now();
    let held = true;
    return {
      host: hold.host,
      release: () => {
        if (!held) return;
        held = false;
        this.averageHoldMs += SMOOTHING * (performance.now() - sinceMs - this.averageHoldMs);
        this.queue.release(hold);
        this.dispatch(hold.host);
        // The share that this one leaves may let somebody run elsewhere.
        if (this.queue.size > 0)
          for (const host of this.pool.hosts) if (host !== hold.host) this.dispatch(host);
      },
    };
  }

  private toTicket({ caller, hosts }: AdmissionRequest): Ticket<PoolHost> {
    return {
      keyId: caller?.keyId ?? '',
      weight: caller?.weight ?? 1,
      priority: caller?.priority ?? 'interactive',
      hosts,
      shares: caller === null ? [] : this.plans.planOf(caller).places,
    };
  }

  private outOfBounds({ ticket }: Waiter<PoolHost>): GatewayError | null {
    if (this.queue.waitingOf(ticket.keyId) > this.config.queueMaxPerKey)
      return new GatewayError(
        'rate_limit_exceeded',
        'Too many requests of this key are waiting already. Try again later.',
        { retryAfterMs: this.expectedWaitMs(this.queue.waitingOf(ticket.keyId), ticket.hosts) },
      );
    if (this.queue.size > this.config.queueMax)
      return this.overloaded('All slots are taken and the queue is full. Try again later.', ticket.hosts);
    return null;
  }

  private overloaded(message: string, hosts: readonly PoolHost[]): GatewayError {
    return new GatewayError('server_is_overloaded', message, {
      retryAfterMs: this.expectedWaitMs(this.queue.size, hosts),
    });
  }

  private workOutPlaces(nowMs: number): Map<string, QueuePlace> {
    const places = new Map<string, QueuePlace>();
    for (const waiter of this.queue.order(nowMs, MOST_PLACES)) {
      const pending = this.pending.get(waiter);
      if (pending === undefined) continue;
      const position = places.size + 1;
      places.set(pending.id, { position, startsInMs: this.expectedWaitMs(position, pending.hosts) });
    }
    return places;
  }

  /** Until the request at this position runs, from how long the last ones held their slots. */
  private expectedWaitMs(position: number, hosts: readonly PoolHost[]): number {
    const slots = hosts.reduce((sum, host) => sum + host.slots, 0);
    return Math.ceil((this.averageHoldMs * position) / Math.max(slots, 1));
  }
}

/** With the model in memory and a slot free first, then the one with the most of its slots free. */
function byPreference(hosts: readonly PoolHost[], model: string): PoolHost[] {
  const cost = (host: PoolHost) =>
    (host.reachable ? 0 : 4) +
    (host.hasLoaded(model) && host.running < host.slots ? 0 : 2) +
    host.running / host.slots;
  return [...hosts].sort((a, b) => cost(a) - cost(b));
}
