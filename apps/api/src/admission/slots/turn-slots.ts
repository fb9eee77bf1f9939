import { Logger } from '@nestjs/common';
import type { AppConfig } from '../../config/app-config';
import type { RedisConnection } from '../../redis/redis-connection.service';
import type { Replicas } from '../../replicas/replicas.service';
import type { Share } from '../fair-queue';
import { SharedSlots, type SlotClaim, type SlotLease, type SlotSeeker } from './shared-slots';
import { SLOT_TURN } from './slot-turn.script';

/** A lease outlives a busy moment of its gateway, and a dead gateway by no more than this. */
const LEASE_MS = 10_000;
/** What is held is told again this often. */
const TELL_MS = 1_000;
/** A grant that comes twice (by message and by reply) is known for so many grants. */
const REMEMBERED = 4_096;
const NOBODY: WaitingElsewhere = { q: 0, k: {} };

interface Held {
  h: string;
  s: string[];
}

interface TurnReply {
  granted: [id: string, host: string, keyId: string][] | object;
  mine: [id: string, host: string][] | object;
  busy: Record<string, number>;
  others: WaitingElsewhere;
}

/** In all, and of each key that waits here too. */
interface WaitingElsewhere {
  q: number;
  k: Record<string, number>;
}

/** Slots by turns among all gateways, kept in Redis; while it is away each gateway has its own part of them. */
export class TurnSlots extends SharedSlots {
  private readonly logger = new Logger(TurnSlots.name);
  private readonly slots: Readonly<Record<string, number>>;
  private readonly held = new Map<string, Held>();
  private readonly gone = new Set<string>();
  /** Grants that have come, newest last. */
  private readonly seen = new Set<string>();
  private seeker: SlotSeeker | null = null;
  private timer: NodeJS.Timeout | null = null;
  private turn: Promise<void> = Promise.resolve();
  private nextTurn: Promise<void> | null = null;
  private tell = true;
  private connectedBefore = false;
  private back = false;
  private failing = false;
  private others: WaitingElsewhere = NOBODY;
  private waitingHere = 0;
  private ownIds = 0;

  constructor(
    config: AppConfig,
    private readonly redis: RedisConnection,
    private readonly replicas: Pick<Replicas, 'id' | 'count'>,
  ) {
    super();
    this.slots = Object.fromEntries(config.hosts.map(({ name, slots }) => [name, slots]));
  }

  get byTurns(): boolean {
    return this.redis.state === 'ok' && !this.failing;
  }

  get parts(): number {
    return this.byTurns ? 1 : this.replicas.count;
  }

  get crowding(): number {
    return this.waitingHere === 0 ? 1 : 1 + this.others.q / this.waitingHere;
  }

  waitingElsewhere(keyId?: string): number {
    if (!this.byTurns) return 0;
    return keyId === undefined ? this.others.q : (this.others.k[keyId] ?? 0);
  }

  attach(seeker: SlotSeeker): void {
    this.seeker = seeker;
    this.redis.subscribe(channelOf(this.replicas.id), (message) => {
      const [id, host, keyId] = JSON.parse(message) as [string, string, string];
      this.grant({ id, host, keyId });
    });
    this.redis.onChange((connected) => {
      this.failing = false;
      this.tell = true;
      this.back = this.connectedBefore;
      this.connectedBefore ||= connected;
      seeker.changed();
    });
    this.timer = setInterval(() => {
      this.tell = true;
      void this.ask();
    }, TELL_MS);
    this.timer.unref();
  }

  async leave(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.seeker = null;
    for (const id of this.held.keys()) this.gone.add(id);
    this.held.clear();
    await this.ask();
  }

  ask(): Promise<void> {
    this.nextTurn ??= this.turn.then(() => {
      this.nextTurn = null;
      this.turn = this.take();
      return this.turn;
    });
    return this.nextTurn;
  }

  occupy(host: string, shares: readonly Share[]): string {
    const id = `${this.replicas.id}:${++this.ownIds}`;
    this.held.set(id, { h: host, s: shares.map((share) => share.id) });
    return id;
  }

  use({ id, host }: SlotLease, shares: readonly Share[]): void {
    this.held.set(id, { h: host, s: shares.map((share) => share.id) });
  }

  giveBack(id: string): void {
    this.held.delete(id);
    // What was given out and ended while Redis was away was never told.
    if (this.redis.state === 'ok' || !id.startsWith(this.replicas.id)) this.gone.add(id);
    void this.ask();
  }

  private async take(): Promise<void> {
    if (this.redis.state !== 'ok') return;
    const gone = [...this.gone];
    const { claims, waiting, ofKeys } = this.seeker?.claims() ?? { claims: [], waiting: 0, ofKeys: {} };
    const held = this.tell ? Object.fromEntries(this.held) : null;
    this.tell = false;
    const ask = {
      slots: this.slots,
      gone,
      ...(held !== null && { held, back: this.back }),
      q: waiting,
      k: ofKeys,
      w: claims.map(toWire),
    };
    try {
      const reply = await this.redis.run(SLOT_TURN, KEYS, [
        this.replicas.id,
        String(LEASE_MS),
        this.redis.prefix + channelOf(''),
        JSON.stringify(ask),
      ]);
      this.back &&= held === null;
      for (const id of gone) this.gone.delete(id);
      this.hear(JSON.parse(String(reply)) as TurnReply, waiting);
    } catch (error) {
      this.tell = true;
      this.failed(error as Error);
    }
  }

  private hear(reply: TurnReply, waitingHere: number): void {
    if (this.failing) {
      this.failing = false;
      this.seeker?.changed();
    }
    this.others = reply.others;
    this.waitingHere = waitingHere;
    // An empty table of Lua is an object in JSON.
    for (const [id, host, keyId] of listOf(reply.granted)) this.grant({ id, host, keyId });
    // Granted by a message that never came.
    for (const [id, host] of listOf(reply.mine)) this.grant({ id, host, keyId: '' });
    const busy = new Map(Object.entries(reply.busy));
    for (const { h } of this.held.values()) busy.set(h, (busy.get(h) ?? 0) - 1);
    this.seeker?.elsewhere(busy);
  }

  private grant(lease: SlotLease): void {
    if (this.seen.has(lease.id) || this.held.has(lease.id) || this.gone.has(lease.id)) return;
    this.seen.add(lease.id);
    for (const oldest of this.seen) {
      if (this.seen.size <= REMEMBERED) break;
      this.seen.delete(oldest);
    }
    if (this.seeker === null) this.giveBack(lease.id);
    else this.seeker.take(lease);
  }

  private failed(error: Error): void {
    if (this.redis.state !== 'ok' || this.failing) return;
    this.failing = true;
    this.logger.error(`slots are not shared for now: ${error.message}`);
    this.seeker?.changed();
  }
}

const KEYS = ['leases', 'held', 'claims', 'passes', 'turns', 'clock'].map((name) => `slots:${name}`);

function channelOf(replicaId: string): string {
  return `slots:grants:${replicaId}`;
}

function toWire({ keyId, weight, rank, hosts, shares, waiting, waitedMs }: SlotClaim): object {
  return {
    k: keyId,
    w: weight,
    r: rank,
    h: hosts,
    s: shares.map(({ id, limit }) => [id, Number.isFinite(limit) ? limit : -1]),
    n: waiting,
    a: Math.round(waitedMs),
  };
}

function listOf<T>(list: T[] | object): T[] {
  return Array.isArray(list) ? (list as T[]) : [];
}
