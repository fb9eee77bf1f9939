import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Caller } from '../auth/caller';
import { AppConfig } from '../config/app-config';
import { GatewayError } from '../upstream/gateway-error';
import { HostPool, type PoolHost } from '../upstream/ollama/host-pool.service';
import { byPreference } from './by-preference';
import { FairQueue, type Hold, type Ticket, type Waiter } from './fair-queue';
import { HoldTimes } from './hold-times';
import { LimitPlans } from './limits/limit-plans.service';
import { claimsOf } from './slots/claims-of';
import { SharedSlots, type SlotClaim, type SlotLease, type SlotSeeker } from './slots/shared-slots';
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
  readonly model: string;
  readonly hosts: readonly PoolHost[];
  readonly admit: (slot: Slot) => void;
  readonly refuse: (error: Error) => void;
  /** Ends its wait. */
  patience?: NodeJS.Timeout;
}

/** Of its wait, a batch request spends this share behind the interactive ones. */
const AGED_SHARE = 0.25;
/** Positions beyond this are not told; nobody waits for them. */
const MOST_PLACES = 1_000;
/** Positions are worked out at most this often. */
const PLACES_FRESH_MS = 200;

/**
 * Slots per host with one bounded, fair queue in front of them; see FairQueue for whose turn it is. Where several
 * gateways share the slots, turns are given among all of them and the bounds hold for all (see SharedSlots).
 */
@Injectable()
export class AdmissionService implements SlotSeeker, OnModuleDestroy {
  private readonly logger = new Logger(AdmissionService.name);
  private readonly queue: FairQueue<PoolHost>;
  private readonly pending = new Map<Waiter<PoolHost>, Pending>();
  private readonly serial = new Map<PoolHost, SerialHost>();
  private places: ReadonlyMap<string, QueuePlace> = new Map();
  private placesAtMs = -Infinity;
  private readonly holdTimes = new HoldTimes();
  /** Who came for the same turn: they may find a slot before the bounds are asked. */
  private newcomers: { turn: Promise<void>; waiters: Waiter<PoolHost>[] } | null = null;

  constructor(
    private readonly config: AppConfig,
    private readonly pool: HostPool,
    private readonly plans: LimitPlans,
    private readonly slots: SharedSlots,
  ) {
    this.queue = new FairQueue(config.queueWaitMs * AGED_SHARE);
    pool.onUsable((host) => this.dispatch(host));
    slots.attach(this);
  }

  onModuleDestroy(): Promise<void> {
    return this.slots.leave();
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
      this.places = this.waitingPlaces;
    }
    return this.places.get(id) ?? null;
  }

  /** Where those who wait stand, by their exchange's id; not of those who are too far behind. */
  get waitingPlaces(): ReadonlyMap<string, QueuePlace> {
    const places = new Map<string, QueuePlace>();
    for (const waiter of this.queue.order(performance.now(), MOST_PLACES)) {
      const pending = this.pending.get(waiter);
      if (pending === undefined) continue;
      const position = places.size + 1;
      places.set(pending.id, { position, startsInMs: this.expectedWaitMs(position, pending.hosts) });
    }
    return places;
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
        clearTimeout(pending.patience);
        signal.removeEventListener('abort', onAbort);
        this.pending.delete(waiter);
      };
      const refuse = (error: Error) => {
        settle();
        this.queue.remove(waiter);
        reject(error);
      };
      const onAbort = () => refuse(signal.reason as Error);
      const admit = (slot: Slot) => {
        settle();
        resolve(slot);
      };
      const pending: Pending = { id: request.id, model: request.model, hosts, admit, refuse };
      this.pending.set(waiter, pending);
      if (this.slots.byTurns) this.joinTurn(waiter);
      else {
        for (const host of byPreference(hosts, request.model)) this.dispatch(host);
        this.refuseBeyondBounds([waiter]);
      }
      // Most find a slot at once and need neither.
      if (!this.pending.has(waiter)) return;
      signal.addEventListener('abort', onAbort);
      pending.patience = setTimeout(
        () => refuse(this.overloaded('No slot became free in time. Try again later.', hosts)),
        this.config.queueWaitMs,
      );
    });
  }

  claims(): { claims: SlotClaim[]; waiting: number; ofKeys: Record<string, number> } {
    const nowMs = performance.now();
    const lines = this.queue.waitingLines(nowMs);
    return {
      claims: lines.flatMap((line) =>
        claimsOf(line, nowMs, (waiter) => this.pending.get(waiter)?.model ?? ''),
      ),
      waiting: this.queue.size,
      ofKeys: Object.fromEntries(lines.map(({ keyId, waiters }) => [keyId, waiters.length])),
    };
  }

  take(lease: SlotLease): void {
    this.queue.parts = this.slots.parts;
    const host = this.pool.hosts.find(({ name }) => name === lease.host);
    // The key that was meant may have left meanwhile; then it is for whoever is next here.
    const taken =
      host === undefined
        ? null
        : (this.queue.takeOf(lease.keyId, host) ?? this.queue.take(host, performance.now()));
    if (taken === null) {
      this.slots.giveBack(lease.id);
      return;
    }
    this.slots.use(lease, taken.hold.ticket.shares);
    this.pending.get(taken.waiter)?.admit(this.slotOf(taken.hold, lease.id));
  }

  changed(): void {
    for (const host of this.pool.hosts) this.dispatch(host);
  }

  elsewhere(busy: ReadonlyMap<string, number>): void {
    for (const host of this.pool.hosts) host.elsewhere = Math.max(0, busy.get(host.name) ?? 0);
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

  /** Gives the host's free slots to whose turn it is; where slots are shared, asks for a turn. */
  private dispatch(host: PoolHost): void {
    if (this.slots.byTurns) {
      void this.slots.ask();
      return;
    }
    this.queue.parts = this.slots.parts;
    const mine = Math.max(1, Math.floor(host.slots / this.slots.parts));
    while (host.running < mine) {
      const taken = this.queue.take(host, performance.now());
      if (taken === null) return;
      const lease = this.slots.occupy(host.name, taken.hold.ticket.shares);
      this.pending.get(taken.waiter)?.admit(this.slotOf(taken.hold, lease));
    }
  }

  private joinTurn(waiter: Waiter<PoolHost>): void {
    const turn = this.slots.ask();
    if (this.newcomers?.turn !== turn) {
      const newcomers = { turn, waiters: [] };
      this.newcomers = newcomers;
      void turn.then(() => {
        // Turns may have ended meanwhile.
        if (!this.slots.byTurns) this.changed();
        // Those who are refused were told to the others as waiting.
        if (this.refuseBeyondBounds(newcomers.waiters)) void this.slots.ask();
      });
    }
    this.newcomers.waiters.push(waiter);
  }

  private slotOf(hold: Hold<PoolHost>, lease: string): Slot {
    const sinceMs = performance.now();
    let held = true;
    return {
      host: hold.host,
      release: () => {
        if (!held) return;
        held = false;
        this.holdTimes.add(performance.now() - sinceMs);
        this.queue.release(hold);
        this.slots.giveBack(lease);
        this.dispatch(hold.host);
        // The share that this one leaves may let somebody run elsewhere.
        if (this.queue.size > 0)
          for (const host of this.pool.hosts) if (host !== hold.host) this.dispatch(host);
      },
    };
  }

  /** Of these newcomers who still waits and is too much; who came last is refused first. */
  private refuseBeyondBounds(newcomers: readonly Waiter<PoolHost>[]): boolean {
    let refused = false;
    for (const waiter of newcomers.toReversed()) {
      const pending = this.pending.get(waiter);
      const refusal = pending === undefined ? null : this.outOfBounds(waiter);
      if (refusal === null) continue;
      pending?.refuse(refusal);
      refused = true;
    }
    return refused;
  }

  private toTicket({ caller, hosts }: AdmissionRequest): Ticket<PoolHost> {
    return {
      keyId: caller?.keyId ?? '',
      weight: caller?.weight ?? 1,
      priority: caller?.priority ?? 'interactive',
      hosts,
      shares: caller === null ? [] : this.plans.planOf(caller).shares,
    };
  }

  private outOfBounds({ ticket }: Waiter<PoolHost>): GatewayError | null {
    const { queueMaxPerKey, queueMax } = this.config;
    if (
      this.queue.waitingOf(ticket.keyId) + this.slots.waitingElsewhere(ticket.keyId) >
      this.partOf(queueMaxPerKey)
    )
      return new GatewayError(
        'rate_limit_exceeded',
        'Too many requests of this key are waiting already. Try again later.',
        { retryAfterMs: this.expectedWaitMs(this.queue.waitingOf(ticket.keyId), ticket.hosts) },
      );
    if (this.queue.size + this.slots.waitingElsewhere() > this.partOf(queueMax))
      return this.overloaded('All slots are taken and the queue is full. Try again later.', ticket.hosts);
    return null;
  }

  /** Of a bound, while the gateways cannot ask each other; else all of it. */
  private partOf(bound: number): number {
    return Math.min(bound, Math.max(1, Math.floor(bound / this.slots.parts)));
  }

  private overloaded(message: string, hosts: readonly PoolHost[]): GatewayError {
    return new GatewayError('server_is_overloaded', message, {
      retryAfterMs: this.expectedWaitMs(this.queue.size, hosts),
    });
  }

  private expectedWaitMs(position: number, hosts: readonly PoolHost[]): number {
    return this.holdTimes.expectedWaitMs(position, hosts, this.slots.crowding);
  }
}
