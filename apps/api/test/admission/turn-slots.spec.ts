import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { AdmissionService, type Slot } from '../../src/admission/admission.service';
import { LimitPlans } from '../../src/admission/limits/limit-plans.service';
import { SharedLimitsRepository } from '../../src/admission/limits/shared-limits.repository';
import { TurnSlots } from '../../src/admission/slots/turn-slots';
import { PepperService } from '../../src/auth/pepper.service';
import { AppConfig } from '../../src/config/app-config';
import { ChangeFeed } from '../../src/database/change-feed.service';
import { RedisConnection } from '../../src/redis/redis-connection.service';
import { ModelSettingsRepository } from '../../src/upstream/model-settings.repository';
import { ModelSettings } from '../../src/upstream/model-settings.service';
import { HostPool } from '../../src/upstream/ollama/host-pool.service';
import { eventually } from '../support/eventually';
import { RedisServer, redisIsInstalled } from '../support/redis-server';

jest.setTimeout(60_000);

const SLOTS = 3;
const NO_LIMITS = { requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: null, budgets: [] };

/** The admission of one gateway among others: its own connection to Redis, its own queue. */
class Gateway {
  readonly running = new Set<Slot>();
  private constructor(
    readonly admission: AdmissionService,
    readonly redis: RedisConnection,
    readonly slots: TurnSlots,
    private readonly pool: HostPool,
  ) {}

  static async start(redisUrl: string, id: string, gateways: number, variables = {}): Promise<Gateway> {
    const config = AppConfig.fromVariables({
      DATABASE_URL: 'postgres://unused/x',
      REDIS_URL: redisUrl,
      KEY_PEPPER: 'a pepper for slots alone',
      OLLAMA_URLS: `http://a#slots=${SLOTS}`,
      ...variables,
    });
    const database = new DataSource({ type: 'postgres' });
    const redis = new RedisConnection(config, new PepperService(config, database));
    const feed = new ChangeFeed(config, redis);
    const settings = new ModelSettings(config, feed, new ModelSettingsRepository(database));
    const pool = new HostPool(config, settings);
    const slots = new TurnSlots(config, redis, { id, count: gateways });
    const plans = new LimitPlans(feed, new SharedLimitsRepository(database));
    const gateway = new Gateway(new AdmissionService(config, pool, plans, slots), redis, slots, pool);
    await redis.onModuleInit();
    return gateway;
  }

  /** A request of a key; resolves when it has its slot. */
  async ask(
    keyId: string,
    more: { weight?: number; concurrentRequests?: number; signal?: AbortSignal } = {},
  ) {
    const slot = await this.admission.enter({
      id: keyId,
      caller: {
        keyId,
        ownerId: null,
        weight: more.weight ?? 1,
        priority: 'interactive',
        limits: { ...NO_LIMITS, concurrentRequests: more.concurrentRequests ?? null },
      },
      model: 'm',
      hosts: this.pool.hosts,
      signal: more.signal ?? new AbortController().signal,
    });
    this.running.add(slot);
    return slot;
  }

  release(slot: Slot): void {
    this.running.delete(slot);
    slot.release();
  }

  async stop(): Promise<void> {
    await this.admission.onModuleDestroy();
    this.redis.onApplicationShutdown();
  }
}

(redisIsInstalled() ? describe : describe.skip)('slots that several gateways share', () => {
  let server: RedisServer;
  let gateways: Gateway[];
  const start = async (count: number, variables = {}) => {
    gateways = await Promise.all(
      Array.from({ length: count }, (_, n) => Gateway.start(server.url, `gateway ${n}`, count, variables)),
    );
    return gateways as [Gateway, Gateway, ...Gateway[]];
  };
  const runningInAll = () => gateways.reduce((sum, { running }) => sum + running.size, 0);
  const until = (what: string, is: () => boolean, timeoutMs?: number) =>
    eventually(() => (is() ? true : undefined), what, timeoutMs);
  beforeEach(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    server.thaw();
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await server.stop();
  });

  it('are never more than there are, and none is lost, whatever mix of requests, ends and leaving', async () => {
    const all = await start(3);
    const step = fc.record({
      gateway: fc.nat(2),
      key: fc.constantFrom('a', 'b', 'c'),
      does: fc.constantFrom('ask', 'ask', 'end', 'leave'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const asked: { leave: AbortController; done: Promise<void> }[] = [];
        let most = 0;
        const serve = async (gateway: Gateway, key: string, leave: AbortController) => {
          const slot = await gateway.ask(key, { signal: leave.signal });
          most = Math.max(most, runningInAll());
          await new Promise((later) => setImmediate(later));
          gateway.release(slot);
        };
        for (const { gateway, key, does } of steps) {
          const at = all[gateway];
          if (at === undefined) continue;
          if (does === 'ask') {
            const leave = new AbortController();
            asked.push({ leave, done: serve(at, key, leave).catch(() => undefined) });
          } else if (does === 'leave') asked.at(-1)?.leave.abort(new Error('left'));
          else if (asked.length > 0) await Promise.race(asked.map(({ done }) => done));
        }
        await Promise.all(asked.map(({ done }) => done));
        expect(most).toBeLessThanOrEqual(SLOTS);
        expect(runningInAll()).toBe(0);
      }),
      { numRuns: 25 },
    );
    // All are there again: as many as there are run at once, on one gateway alone.
    const slots = await Promise.all(Array.from({ length: SLOTS }, () => all[0].ask('a')));
    expect(slots).toHaveLength(SLOTS);
  });

  it('go by turns over all gateways: one key’s crowd here does not keep another key waiting there', async () => {
    const [crowded, quiet] = await start(2);
    const first = await Promise.all(Array.from({ length: SLOTS }, () => crowded.ask('crowd')));
    const served: string[] = [];
    const waits = (gateway: Gateway, key: string) => gateway.ask(key).then(() => served.push(key));
    const waiting = Array.from({ length: 20 }, () => waits(crowded, 'crowd'));
    const other = Array.from({ length: 2 }, () => waits(crowded, 'other'));
    const lone = waits(quiet, 'lone');
    await until('the queue', () => crowded.admission.queued === 22 && quiet.admission.queued === 1);
    // Redis knows of all of them: of those that wait, all but one wait elsewhere.
    await until('the other queue', () => quiet.slots.crowding === 23);
    for (const slot of first) crowded.release(slot);
    await until('three turns', () => served.length >= SLOTS);
    expect(served.slice(0, SLOTS).sort()).toEqual(['crowd', 'lone', 'other']);
    void Promise.allSettled([...waiting, ...other, lone]);
  });

  it('keep a key to its requests at once, wherever it asks', async () => {
    const [one, two] = await start(2);
    const limit = { concurrentRequests: 2 };
    const slots = await Promise.all([one.ask('k', limit), two.ask('k', limit)]);
    let third: Slot | null = null;
    const asking = two.ask('k', limit).then((slot) => (third = slot));
    const another = await two.ask('other');
    expect(third).toBeNull();
    one.release(slots[0]);
    await asking;
    expect(third).not.toBeNull();
    two.release(another);
  });

  it('of a gateway that died come back', async () => {
    const [dead, alive] = await start(2);
    await Promise.all(Array.from({ length: SLOTS }, () => dead.ask('a')));
    dead.redis.onApplicationShutdown();
    const slot = await alive.ask('b');
    expect(alive.running).toEqual(new Set([slot]));
  });

  it('that are all free serve a gateway that lets nobody wait', async () => {
    const [one] = await start(2, { QUEUE_MAX: '0' });
    const results = await Promise.allSettled(Array.from({ length: SLOTS + 2 }, () => one.ask('a')));
    expect(results.map(({ status }) => status)).toEqual([
      ...Array.from({ length: SLOTS }, () => 'fulfilled'),
      'rejected',
      'rejected',
    ]);
  });

  it('let no more wait than the bounds say, of one key and in all, wherever they came', async () => {
    const [one, other] = await start(2, { QUEUE_MAX_PER_KEY: '2', QUEUE_MAX: '3' });
    const slots = await Promise.all(Array.from({ length: SLOTS }, () => one.ask('a')));
    const waiting = [one.ask('b'), one.ask('b')];
    await until('the other knows of the two', () => other.slots.waitingElsewhere() === 2);
    await expect(other.ask('b')).rejects.toMatchObject({ code: 'rate_limit_exceeded' });
    waiting.push(other.ask('c'));
    await until('this one knows of the third', () => one.slots.waitingElsewhere() === 1);
    await expect(one.ask('d')).rejects.toMatchObject({ code: 'server_is_overloaded' });
    for (const slot of slots) one.release(slot);
    await Promise.all(waiting);
    const again = other.ask('b');
    await until('the key may wait again', () => other.admission.queued === 1);
    for (const gateway of gateways) for (const slot of gateway.running) gateway.release(slot);
    await again;
  });

  it('are divided while Redis is away, and shared again when it is back, what runs counted', async () => {
    const [one, two] = await start(2);
    await server.kill();
    await until(
      'both to see it',
      () => one.redis.state === 'unreachable' && two.redis.state === 'unreachable',
    );
    // floor(3 / 2)
    const [mine, yours] = [await one.ask('a'), await two.ask('a')];
    const waiting = [one.ask('a'), two.ask('a')];
    await new Promise((later) => setImmediate(later));
    expect(runningInAll()).toBe(2);
    await server.run();
    await until('both to be back', () => one.redis.state === 'ok' && two.redis.state === 'ok');
    await until('the third slot', () => runningInAll() === SLOTS);
    one.release(mine);
    await Promise.all(waiting);
    expect(runningInAll()).toBe(SLOTS);
    two.release(yours);
  });
});
