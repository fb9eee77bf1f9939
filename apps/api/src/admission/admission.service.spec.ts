import { AppConfig } from '../config/app-config';
import { PoolHost } from '../upstream/ollama/host-pool.service';
import { AdmissionService } from './admission.service';

const host = (name: string, slots: number) =>
  new PoolHost({ name, url: `http://${name}`, slots, demo: false });
const service = (variables: Record<string, string> = {}) =>
  new AdmissionService(AppConfig.fromVariables({ DATABASE_URL: 'postgres://unused/x', ...variables }));
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
    const first = await admission.enter('a', [gpu], never);
    await admission.enter('a', [gpu], never);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (n) => {
      const slot = await admission.enter('a', [gpu], never);
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
    for (let i = 0; i < 4; i++) names.push((await admission.enter('k', hosts, never)).host.name);
    expect(names.sort()).toEqual(['a', 'a', 'b', 'b']);
  });

  it('does not let a newcomer overtake those who wait', async () => {
    const [a, b] = [host('a', 1), host('b', 1)];
    const admission = service();
    const onA = await admission.enter('k', [a], never);
    const onB = await admission.enter('k', [b], never);
    const waiting = admission.enter('k', [a, b], never);
    onB.release();
    expect((await waiting).host.name).toBe('b');
    onA.release();
    expect((await admission.enter('k', [a], never)).host.name).toBe('a');
  });

  it('refuses with 503 and a time to come back when the queue is full, with 429 when one key fills it', async () => {
    const gpu = host('gpu', 1);
    const admission = service({ QUEUE_MAX: '2', QUEUE_MAX_PER_KEY: '1' });
    await admission.enter('a', [gpu], never);
    const waiting = [admission.enter('a', [gpu], never)];
    await expect(admission.enter('a', [gpu], never)).rejects.toMatchObject({
      code: 'rate_limit_exceeded',
      status: 429,
    });
    waiting.push(admission.enter('b', [gpu], never));
    await expect(admission.enter('c', [gpu], never)).rejects.toMatchObject({
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
    await admission.enter('a', [gpu], never);
    await expect(admission.enter('b', [gpu], never)).rejects.toMatchObject({ code: 'queue_timeout' });
    expect(admission.queued).toBe(0);
  });

  it('a client that leaves the queue takes no slot with it', async () => {
    const gpu = host('gpu', 1);
    const admission = service();
    const slot = await admission.enter('a', [gpu], never);
    const client = new AbortController();
    const waiting = admission.enter('b', [gpu], client.signal);
    client.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    slot.release();
    expect(gpu.running).toBe(0);
    expect(admission.queued).toBe(0);
  });
});
