import fc from 'fast-check';
import { FairQueue, type Hold, type QueueHost, type Ticket, type Waiter } from './fair-queue';

const AGED_AFTER_MS = 1_000;

class Host implements QueueHost {
  running = 0;
  usable = true;
  constructor(readonly slots: number) {}
}

function ticket(keyId: string, hosts: Host[], more: Partial<Ticket<Host>> = {}): Ticket<Host> {
  return { keyId, weight: 1, priority: 'interactive', hosts, shares: [], ...more };
}

/** Serves one slot until nobody waits; the keys in the order of their turns. */
function serve(queue: FairQueue<Host>, host: Host, turns = Infinity, nowMs = 0): string[] {
  const served: string[] = [];
  while (served.length < turns) {
    const taken = queue.take(host, nowMs);
    if (taken === null) break;
    served.push(taken.waiter.ticket.keyId);
    queue.release(taken.hold);
  }
  return served;
}

describe('whose turn it is', () => {
  it('a key with one request waits for one turn of a key with two hundred', () => {
    const [queue, host] = [new FairQueue<Host>(AGED_AFTER_MS), new Host(1)];
    for (let n = 0; n < 200; n++) queue.enqueue(ticket('many', [host]), 0);
    const running = queue.take(host, 0);
    queue.enqueue(ticket('one', [host]), 0);
    queue.release(running!.hold);
    expect(serve(queue, host, 2)).toContain('one');
  });

  it('turns follow the weights', () => {
    const [queue, host] = [new FairQueue<Host>(AGED_AFTER_MS), new Host(1)];
    for (let n = 0; n < 40; n++)
      for (const [key, weight] of [
        ['a', 1],
        ['b', 3],
      ] as const)
        queue.enqueue(ticket(key, [host], { weight }), 0);
    const served = serve(queue, host, 40);
    expect(served.filter((key) => key === 'b')).toHaveLength(30);
  });

  it('interactive before batch, until batch has waited long', () => {
    const [queue, host] = [new FairQueue<Host>(AGED_AFTER_MS), new Host(1)];
    for (let n = 0; n < 4; n++) {
      queue.enqueue(ticket('batch', [host], { priority: 'batch' }), 0);
      queue.enqueue(ticket('person', [host]), 0);
    }
    expect(serve(queue, host, 2)).toEqual(['person', 'person']);
    expect(serve(queue, host, 4, AGED_AFTER_MS)).toEqual(['batch', 'person', 'batch', 'person']);
  });

  it('who leaves and comes back wins nothing by it', () => {
    const [queue, host] = [new FairQueue<Host>(AGED_AFTER_MS), new Host(1)];
    for (let n = 0; n < 20; n++) queue.enqueue(ticket('patient', [host]), 0);
    const served: string[] = [];
    for (let n = 0; n < 20; n++) {
      const waiter = queue.enqueue(ticket('jumpy', [host]), 0);
      served.push(...serve(queue, host, 1));
      queue.remove(waiter);
    }
    expect(served.filter((key) => key === 'jumpy').length).toBeLessThanOrEqual(11);
  });

  it('a share that is full holds back its own requests and nobody else', () => {
    const [queue, host] = [new FairQueue<Host>(AGED_AFTER_MS), new Host(4)];
    const shares = [{ id: 'a', limit: 1 }];
    for (let n = 0; n < 3; n++) queue.enqueue(ticket('a', [host], { shares }), 0);
    queue.enqueue(ticket('b', [host]), 0);
    const holds = [queue.take(host, 0), queue.take(host, 0)];
    expect(holds.map((taken) => taken?.waiter.ticket.keyId).sort()).toEqual(['a', 'b']);
    expect(queue.take(host, 0)).toBeNull();
    queue.release(holds.find((taken) => taken?.waiter.ticket.keyId === 'a')!.hold);
    expect(queue.take(host, 0)?.waiter.ticket.keyId).toBe('a');
  });

  it('tells the order that then comes true', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), batch: fc.boolean() })),
        (asked) => {
          const [queue, host] = [new FairQueue<Host>(AGED_AFTER_MS), new Host(1)];
          for (const { key, batch } of asked)
            queue.enqueue(
              ticket(batch ? `${key}-batch` : key, [host], { priority: batch ? 'batch' : 'interactive' }),
              0,
            );
          const told = queue.order(0, 1_000).map((waiter) => waiter.ticket.keyId);
          expect(serve(queue, host)).toEqual(told);
        },
      ),
    );
  });
});

/** What may happen to the queue, in any order. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      key: fc.nat(4),
      hosts: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), nth: fc.nat(50) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('end' as const), nth: fc.nat(50), twice: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rest' as const), host: fc.nat(1), usable: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(2_000) }) },
);

/** The queue beside a plain list of what should be true of it. */
class Model {
  readonly hosts = [new Host(1), new Host(2)];
  readonly queue = new FairQueue<Host>(AGED_AFTER_MS);
  readonly waiting = new Set<Waiter<Host>>();
  readonly running = new Set<Hold<Host>>();
  nowMs = 0;

  ask(key: number, which: number): void {
    const hosts = this.hosts.filter((_, n) => (which & (n + 1)) !== 0);
    const shares = [
      { id: `key:${key}`, limit: key === 0 ? 1 : Infinity },
      { id: 'all', limit: key === 1 ? 2 : Infinity },
    ];
    const priority = key === 4 ? 'batch' : 'interactive';
    this.waiting.add(
      this.queue.enqueue(ticket(`k${key}`, hosts, { weight: key + 1, shares, priority }), this.nowMs),
    );
    this.dispatch();
  }

  leave(nth: number): void {
    const waiter = [...this.waiting][nth];
    if (waiter === undefined) return;
    expect(this.queue.remove(waiter)).toBe(true);
    expect(this.queue.remove(waiter)).toBe(false);
    this.waiting.delete(waiter);
  }

  end(nth: number, twice: boolean): void {
    const hold = [...this.running][nth];
    if (hold === undefined) return;
    this.queue.release(hold);
    if (twice) this.queue.release(hold);
    this.running.delete(hold);
    this.dispatch();
  }

  dispatch(): void {
    for (const host of this.hosts)
      for (
        let taken = this.queue.take(host, this.nowMs);
        taken !== null;
        taken = this.queue.take(host, this.nowMs)
      ) {
        expect(this.waiting.delete(taken.waiter)).toBe(true);
        this.running.add(taken.hold);
      }
  }

  check(): void {
    expect(this.queue.size).toBe(this.waiting.size);
    expect(this.queue.running).toBe(this.running.size);
    for (const host of this.hosts) {
      expect(host.running).toBe([...this.running].filter((hold) => hold.host === host).length);
      expect(host.running).toBeLessThanOrEqual(host.slots);
      // Nobody who could run is left waiting.
      expect(this.queue.hasFor(host)).toBe(false);
    }
    for (let key = 0; key < 5; key++) {
      const id = `k${key}`;
      expect(this.queue.waitingOf(id)).toBe(
        [...this.waiting].filter(({ ticket: { keyId } }) => keyId === id).length,
      );
      expect(this.queue.runningIn(`key:${key}`)).toBe(
        [...this.running].filter(({ ticket: { keyId } }) => keyId === id).length,
      );
    }
    expect(this.queue.runningIn('key:0')).toBeLessThanOrEqual(1);
  }
}

it('leaks no slot and leaves nobody waiting in vain, whatever comes, leaves, ends and fails', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const model = new Model();
      for (const event of steps) {
        if (event.kind === 'ask') model.ask(event.key, event.hosts);
        else if (event.kind === 'leave') model.leave(event.nth);
        else if (event.kind === 'end') model.end(event.nth, event.twice);
        else if (event.kind === 'wait') model.nowMs += event.ms;
        else {
          model.hosts[event.host]!.usable = event.usable;
          model.dispatch();
        }
        model.check();
      }
      for (const host of model.hosts) host.usable = true;
      model.dispatch();
      while (model.running.size > 0) model.end(0, false);
      expect(model.waiting.size).toBe(0);
      expect(model.hosts.every(({ running }) => running === 0)).toBe(true);
      expect(model.queue.runningIn('all')).toBe(0);
    }),
    { numRuns: 500 },
  );
});

it('is fair: keys that always wait never differ by more than two turns, weighed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 10, max: 150 }),
      (weights, slots, turns) => {
        const [queue, host] = [new FairQueue<Host>(AGED_AFTER_MS), new Host(slots)];
        const served = weights.map(() => 0);
        const ask = (n: number) => queue.enqueue(ticket(String(n), [host], { weight: weights[n]! }), 0);
        weights.forEach((_, n) => {
          for (let i = 0; i < 3; i++) ask(n);
        });
        const holds: Hold<Host>[] = [];
        for (let turn = 0; turn < turns; turn++) {
          if (holds.length === slots) queue.release(holds.shift()!);
          const taken = queue.take(host, 0)!;
          holds.push(taken.hold);
          const n = Number(taken.waiter.ticket.keyId);
          served[n]!++;
          ask(n);
        }
        const shares = served.map((count, n) => count / weights[n]!);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2);
      },
    ),
  );
});

it('starves nobody: a batch request runs although interactive ones never stop coming', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 300 }), (rivals, turnMs) => {
      const [queue, host] = [new FairQueue<Host>(AGED_AFTER_MS), new Host(1)];
      const batch = queue.enqueue(ticket('batch', [host], { priority: 'batch' }), 0);
      let nowMs = 0;
      for (let n = 0; n < rivals; n++) queue.enqueue(ticket(`rival-${n}`, [host]), nowMs);
      for (;;) {
        const taken = queue.take(host, nowMs)!;
        if (taken.waiter === batch) break;
        nowMs += turnMs;
        queue.release(taken.hold);
        queue.enqueue(ticket(taken.waiter.ticket.keyId, [host]), nowMs);
        expect(nowMs).toBeLessThanOrEqual(AGED_AFTER_MS + (rivals + 2) * turnMs);
      }
    }),
  );
});
