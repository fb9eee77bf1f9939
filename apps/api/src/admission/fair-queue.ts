import type { PriorityClass } from '@ollameter/admin-contract';

/** A place where requests run: as many at once as it has slots, none while it is not usable. */
export interface QueueHost {
  readonly slots: number;
  readonly usable: boolean;
  running: number;
}

/** Requests of one kind that run at once are bounded together; no limit is Infinity. */
export interface Share {
  readonly id: string;
  readonly limit: number;
}

/** A request that asks for a slot. */
export interface Ticket<H extends QueueHost> {
  readonly keyId: string;
  /** Turns per round. */
  readonly weight: number;
  readonly priority: PriorityClass;
  /** Where it can run. */
  readonly hosts: readonly H[];
  readonly shares: readonly Share[];
}

/** A ticket in the queue. */
export interface Waiter<H extends QueueHost> {
  readonly ticket: Ticket<H>;
  readonly sinceMs: number;
}

/** A ticket that runs. */
export interface Hold<H extends QueueHost> {
  readonly ticket: Ticket<H>;
  readonly host: H;
}

/** One key's waiting requests, for whoever gives turns in the queue's place. */
export interface WaitingLine<H extends QueueHost> {
  readonly keyId: string;
  readonly weight: number;
  readonly rank: number;
  /** Oldest first. */
  readonly waiters: readonly Waiter<H>[];
}

/** One key's waiting requests, oldest first, and its place in the round. */
interface Line<H extends QueueHost> {
  waiters: Waiter<H>[];
  weight: number;
  priority: PriorityClass;
  rank: number;
  /** Virtual time of its next turn within its rank. */
  pass: number;
  /** When it came or had its last turn, as a count of such events; breaks ties. */
  lastTurn: number;
}

/** Of rank 0 are interactive keys and batch keys whose oldest request waited too long; of rank 1 the other batch keys. */
const RANKS = 2;

/**
 * Who runs next. Between keys: weighted round-robin as stride scheduling (Waldspurger and Weihl, 1995), so that
 * keys that always wait get turns in proportion to their weights and a key that comes back has saved up none.
 * Between classes: interactive before batch, until a batch key's oldest request has waited for `agedAfterMs`;
 * then it takes its turns among the interactive ones. Within a key: first come, first served. Pure bookkeeping:
 * it asks no clock and starts nothing.
 */
export class FairQueue<H extends QueueHost> {
  private readonly lines = new Map<string, Line<H>>();
  private readonly runningOf = new Map<string, number>();
  private readonly holds = new Set<Hold<H>>();
  private readonly virtualTime: number[] = new Array<number>(RANKS).fill(0);
  /** Limits of shares are divided by this where other queues give out the rest of them. */
  parts = 1;
  private waiting = 0;
  private turns = 0;

  constructor(private readonly agedAfterMs: number) {}

  get size(): number {
    return this.waiting;
  }

  get running(): number {
    return this.holds.size;
  }

  waitingOf(keyId: string): number {
    return this.lines.get(keyId)?.waiters.length ?? 0;
  }

  /** How many requests of a share wait. */
  waitingIn(shareId: string): number {
    let waiting = 0;
    for (const { waiters } of this.lines.values())
      for (const { ticket } of waiters) if (ticket.shares.some(({ id }) => id === shareId)) waiting++;
    return waiting;
  }

  /** How many requests of a share run. */
  runningIn(shareId: string): number {
    return this.runningOf.get(shareId) ?? 0;
  }

  /** Adds a ticket at the end of its key's line. */
  enqueue(ticket: Ticket<H>, nowMs: number): Waiter<H> {
    const waiter: Waiter<H> = { ticket, sinceMs: nowMs };
    let line = this.lines.get(ticket.keyId);
    if (line === undefined) {
      line = { waiters: [], weight: 1, priority: 'interactive', rank: 0, pass: 0, lastTurn: 0 };
      this.lines.set(ticket.keyId, line);
    }
    // The key may have been changed since its last request.
    line.weight = ticket.weight;
    line.priority = ticket.priority;
    if (line.waiters.push(waiter) === 1) this.join(line, nowMs);
    this.waiting++;
    return waiter;
  }

  /** The caller left, or waited too long. False where it is not in the queue any more. */
  remove(waiter: Waiter<H>): boolean {
    const line = this.lines.get(waiter.ticket.keyId);
    const place = line?.waiters.indexOf(waiter) ?? -1;
    if (line === undefined || place < 0) return false;
    line.waiters.splice(place, 1);
    this.waiting--;
    this.forgetIdle();
    return true;
  }

  /** Whether `take` would give somebody this host now. */
  hasFor(host: H): boolean {
    if (host.running >= host.slots || !host.usable) return false;
    for (const line of this.lines.values()) if (this.firstFor(line, host) !== null) return true;
    return false;
  }

  /** Gives one of the host's free slots to whose turn it is; null where it has none or nobody can use it. */
  take(host: H, nowMs: number): { waiter: Waiter<H>; hold: Hold<H> } | null {
    if (host.running >= host.slots || !host.usable) return null;
    let best: { line: Line<H>; waiter: Waiter<H> } | null = null;
    for (const line of this.lines.values()) {
      const waiter = this.firstFor(line, host);
      if (waiter === null) continue;
      this.age(line, nowMs);
      if (best === null || isBefore(line, best.line)) best = { line, waiter };
    }
    if (best === null) return null;
    this.virtualTime[best.line.rank] = Math.max(this.virtualTime[best.line.rank] ?? 0, best.line.pass);
    return this.run(best.line, best.waiter, host);
  }

  /** Gives a slot to this key, whose turn somebody else has found it to be; null where it has nobody to use it. */
  takeOf(keyId: string, host: H): { waiter: Waiter<H>; hold: Hold<H> } | null {
    const line = this.lines.get(keyId);
    if (line === undefined || !host.usable) return null;
    const waiter = this.firstFor(line, host);
    return waiter === null ? null : this.run(line, waiter, host);
  }

  /** Who waits, key by key. */
  waitingLines(nowMs: number): WaitingLine<H>[] {
    return [...this.lines].flatMap(([keyId, line]) => {
      if (line.waiters.length === 0) return [];
      this.age(line, nowMs);
      return [{ keyId, weight: line.weight, rank: line.rank, waiters: line.waiters }];
    });
  }

  /** Frees a slot; a second time changes nothing. */
  release(hold: Hold<H>): void {
    if (!this.holds.delete(hold)) return;
    hold.host.running--;
    for (const { id } of hold.ticket.shares) {
      const left = this.runningIn(id) - 1;
      if (left > 0) this.runningOf.set(id, left);
      else this.runningOf.delete(id);
    }
  }

  /** The waiting requests in the order in which they would run if nobody came or left; at most `most`. */
  order(nowMs: number, most: number): Waiter<H>[] {
    const lines = [...this.lines.values()]
      .filter((line) => line.waiters.length > 0)
      .map((line) => {
        this.age(line, nowMs);
        return { ...line, waiters: [...line.waiters] };
      });
    const order: Waiter<H>[] = [];
    while (order.length < most && lines.length > 0) {
      const line = lines.reduce((best, other) => (isBefore(other, best) ? other : best));
      const waiter = line.waiters.shift();
      if (waiter !== undefined) order.push(waiter);
      line.pass += 1 / line.weight;
      line.lastTurn = this.turns + order.length;
      if (line.waiters.length === 0) lines.splice(lines.indexOf(line), 1);
    }
    return order;
  }

  private run(line: Line<H>, waiter: Waiter<H>, host: H): { waiter: Waiter<H>; hold: Hold<H> } {
    line.pass += 1 / line.weight;
    line.lastTurn = ++this.turns;
    line.waiters.splice(line.waiters.indexOf(waiter), 1);
    this.waiting--;
    this.forgetIdle();
    const hold: Hold<H> = { ticket: waiter.ticket, host };
    host.running++;
    for (const { id } of waiter.ticket.shares) this.runningOf.set(id, this.runningIn(id) + 1);
    this.holds.add(hold);
    return { waiter, hold };
  }

  /** The line's oldest request that may run on the host now. */
  private firstFor(line: Line<H>, host: H): Waiter<H> | null {
    return (
      line.waiters.find(
        ({ ticket }) => ticket.hosts.includes(host) && ticket.shares.every((share) => this.hasRoom(share)),
      ) ?? null
    );
  }

  private hasRoom({ id, limit }: Share): boolean {
    return this.runningIn(id) < (this.parts === 1 ? limit : Math.max(1, Math.floor(limit / this.parts)));
  }

  /** A line's rank follows its oldest request; where it changes, the line starts among the others as a newcomer. */
  private age(line: Line<H>, nowMs: number): void {
    const rank = this.rankOf(line, nowMs);
    if (rank === line.rank) return;
    line.rank = rank;
    line.pass = Math.max(line.pass, this.virtualTime[rank] ?? 0);
  }

  private join(line: Line<H>, nowMs: number): void {
    line.lastTurn = ++this.turns;
    line.rank = this.rankOf(line, nowMs);
    line.pass = Math.max(line.pass, this.virtualTime[line.rank] ?? 0);
  }

  private rankOf({ priority, waiters }: Line<H>, nowMs: number): number {
    if (priority === 'interactive') return 0;
    const [oldest] = waiters;
    return oldest !== undefined && nowMs - oldest.sinceMs >= this.agedAfterMs ? 0 : 1;
  }

  /** An empty line is kept while its next turn lies ahead: leaving and coming back must not win any. */
  private forgetIdle(): void {
    if (this.waiting === 0) this.lines.clear();
    for (const [keyId, line] of this.lines)
      if (line.waiters.length === 0 && line.pass <= (this.virtualTime[line.rank] ?? 0))
        this.lines.delete(keyId);
  }
}

function isBefore<H extends QueueHost>(a: Line<H>, b: Line<H>): boolean {
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.pass === b.pass ? a.lastTurn < b.lastTurn : a.pass < b.pass;
}
