import { DataSource } from 'typeorm';
import { PepperService } from '../auth/pepper.service';
import { AppConfig } from '../config/app-config';
import { ChangeFeed } from '../database/change-feed.service';
import { RedisConnection } from '../redis/redis-connection.service';
import { ModelSettingsRepository } from '../upstream/model-settings.repository';
import { ModelSettings } from '../upstream/model-settings.service';
import { HostPool, PoolHost } from '../upstream/ollama/host-pool.service';
import { AdmissionService } from './admission.service';
import { LimitPlans } from './limits/limit-plans.service';
import { SharedLimitsRepository } from './limits/shared-limits.repository';
import { OwnSlots } from './slots/own-slots';

const host = (name: string, slots: number) =>
  new PoolHost({ name, url: `http://${name}`, slots, demo: false });
const service = (variables: Record<string, string> = {}) => {
  const config = AppConfig.fromVariables({
    DATABASE_URL: 'postgres://unused/x',
    KEY_PEPPER: 'a pepper for slots alone',
    ...variables,
  });
  const database = new DataSource({ type: 'postgres' });
  const feed = new ChangeFeed(config, new RedisConnection(config, new PepperService(config, database)));
  const settings = new ModelSettings(config, feed, new ModelSettingsRepository(database));
  const plans = new LimitPlans(feed, new SharedLimitsRepository(database));
  return new AdmissionService(config, new HostPool(config, settings), plans, new OwnSlots());
};
const NO_LIMITS = { requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: null, budgets: [] };
/** A key asks for a slot; the key's name is the exchange's id too. */
const enter = (admission: AdmissionService, keyId: string, hosts: PoolHost[], signal = never) =>
  admission.enter({
    id: keyId,
    caller: { keyId, ownerId: null, weight: 1, priority: 'interactive', limits: NO_LIMITS },
    model: 'm',
    hosts,
    signal,
  });
/** Aborted after each test, so that nobody is left waiting. */
let clients = new AbortController();
let never = clients.signal;
beforeEach(() => {
  clients = new AbortController();
  never = clients.signal;
});
afterEach(() => clients.abort(new Error('test over')));

describe('AdmissionService', () => {
  it('never lets more in than a host has slots, and serves the queue in order', async () => {
    const gpu = host('gpu', 2);
    const admission = service();
    const first = await enter(admission, 'a', [gpu]);
    await enter(admission, 'a', [gpu]);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (n) => {
      const slot = await enter(admission, 'a', [gpu]);
      order.push(n);
      expect(gpu.running).toBeLessThanOrEqual(2);
      slot.release();
    });
    expect(admission.queued).toBe(3);
    first.release();
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    expect(gpu.running).toBe(1);
  });

  it('takes the host with the fewest running', async () => {
    const hosts = [host('a', 2), host('b', 2)];
    const admission = service();
    const names = [];
    for (let i = 0; i < 4; i++) names.push((await enter(admission, 'k', hosts)).host.name);
    expect(names.sort()).toEqual(['a', 'a', 'b', 'b']);
  });

  it('does not let a newcomer overtake those who wait', async () => {
    const [a, b] = [host('a', 1), host('b', 1)];
    const admission = service();
    const onA = await enter(admission, 'k', [a]);
    const onB = await enter(admission, 'k', [b]);
    const waiting = enter(admission, 'k', [a, b]);
    onB.release();
    expect((await waiting).host.name).toBe('b');
    onA.release();
    expect((await enter(admission, 'k', [a])).host.name).toBe('a');
  });

  it('refuses with 503 and a time to come back when the queue is full, with 429 when one key fills it', async () => {
    const gpu = host('gpu', 1);
    const admission = service({ QUEUE_MAX: '2', QUEUE_MAX_PER_KEY: '1' });
    await enter(admission, 'a', [gpu]);
    const waiting = [enter(admission, 'a', [gpu])];
    await expect(enter(admission, 'a', [gpu])).rejects.toMatchObject({
      code: 'rate_limit_exceeded',
      status: 429,
    });
    waiting.push(enter(admission, 'b', [gpu]));
    await expect(enter(admission, 'c', [gpu])).rejects.toMatchObject({
      code: 'server_is_overloaded',
      status: 503,
      retryAfterMs: expect.any(Number) as number,
    });
    clients.abort(new Error('left'));
    expect(await Promise.allSettled(waiting)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  });

  it('ends a wait that takes too long', async () => {
    const gpu = host('gpu', 1);
    const admission = service({ QUEUE_WAIT_MS: '10' });
    await enter(admission, 'a', [gpu]);
    await expect(enter(admission, 'b', [gpu])).rejects.toMatchObject({ code: 'server_is_overloaded' });
    expect(admission.queued).toBe(0);
  });

  it('a client that leaves the queue takes no slot with it', async () => {
    const gpu = host('gpu', 1);
    const admission = service();
    const slot = await enter(admission, 'a', [gpu]);
    const client = new AbortController();
    const waiting = enter(admission, 'b', [gpu], client.signal);
    client.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    slot.release();
    expect(gpu.running).toBe(0);
    expect(admission.queued).toBe(0);
  });
});
