import type { GatewayStatus, LiveState } from '@ollameter/admin-contract';
import { EventStream } from '../support/event-stream';
import { eventually } from '../support/eventually';
import { buildGateway, type GatewayProcess } from '../support/gateway-process';
import { ADMIN_TOKEN } from '../support/gateway-rig';
import { redisIsInstalled } from '../support/redis-server';
import { ReplicaFleet } from './replica-fleet';

jest.setTimeout(90_000);

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };

(redisIsInstalled() ? describe : describe.skip)('two gateways on one database', () => {
  let fleet: ReplicaFleet;
  beforeAll(buildGateway, 120_000);
  beforeEach(async () => {
    fleet = await ReplicaFleet.start();
  });
  afterEach(() => fleet.stop());

  const replicas = (gateway: GatewayProcess, count: number) =>
    eventually(async () => {
      const status = (await (await gateway.admin('/api/status')).json()) as GatewayStatus;
      return status.replicas === count ? status : undefined;
    }, `${count} replicas`);

  it('start at once on an empty one: one first admin, one schema, each key imported once', async () => {
    const [one, two] = await Promise.all([fleet.gateway(), fleet.gateway()]);
    expect(await replicas(one, 2)).toMatchObject({ redis: 'ok' });
    await replicas(two, 2);
    expect(await fleet.database.rows('SELECT count(*)::int AS n FROM admin_user')).toEqual([{ n: 1 }]);
    expect(await fleet.database.rows('SELECT count(*)::int AS n FROM api_key')).toEqual([{ n: 1 }]);
    two.terminate();
    expect(await two.exited()).toBe(0);
    await replicas(one, 1);
  });

  it('are refused without Redis, beside one without it, and on one data folder, with a line that says so', async () => {
    const folder = fleet.folder();
    const one = await fleet.gateway({ DATA_DIR: folder });
    await expect(fleet.gateway({ REDIS_URL: '' })).rejects.toThrow(/Another Ollameter .*set REDIS_URL/);
    await expect(fleet.gateway({ DATA_DIR: folder })).rejects.toThrow(
      `Another Ollameter runs on ${folder}. Give each replica a DATA_DIR of its own.`,
    );
    await one.kill();
    await fleet.gateway({ REDIS_URL: '' });
    await expect(fleet.gateway()).rejects.toThrow(/without REDIS_URL/);
  });

  it('with different peppers: the second one says what is wrong', async () => {
    await fleet.gateway();
    await expect(fleet.gateway({ KEY_PEPPER: 'another pepper of 16+' })).rejects.toThrow(/KEY_PEPPER is not/);
  });

  it('know each other’s keys: one made on the one works, and one revoked there is refused, on the other', async () => {
    const [one, two] = [await fleet.gateway(), await fleet.gateway()];
    const made = await one.admin('/api/keys', { method: 'POST', body: JSON.stringify({ name: 'fresh' }) });
    const { id, secret } = (await made.json()) as { id: string; secret: string };
    const status = async () => (await two.post('/v1/chat/completions', CHAT, secret)).status;
    await eventually(async () => ((await status()) === 200 ? true : undefined), 'the new key', 1_000);
    const revoked = await one.admin(`/api/keys/${id}/revoke`, { method: 'POST' });
    expect([revoked.status, revoked.ok ? '' : await revoked.text()]).toEqual([200, '']);
    await eventually(async () => ((await status()) === 401 ? true : undefined), 'its refusal', 1_000);
  });

  it.each([
    ['by PostgreSQL’s notification', 'redis'],
    ['by Redis where notifications get lost', 'postgres'],
  ])('a revoked key and a changed limit count on the other within a second, %s', async (_, away) => {
    const [one, two] = [await fleet.gateway(), await fleet.gateway()];
    const make = async () => {
      const made = await one.admin('/api/keys', { method: 'POST', body: JSON.stringify({ name: 'k' }) });
      return (await made.json()) as { id: string; secret: string };
    };
    const [spared, revoked] = [await make(), await make()];
    const models = async ({ secret }: { secret: string }) => two.models(secret);
    const works = async (key: { secret: string }) => ((await models(key)).status === 200 ? true : undefined);
    await eventually(() => works(spared), 'the one key');
    await eventually(() => works(revoked), 'the other key');
    if (away === 'redis') await fleet.redis.stop();
    else
      for (const table of ['api_key', 'setting', 'admin_user'])
        await fleet.database.rows(`ALTER TABLE ${table} DISABLE TRIGGER ${table}_notify`);
    expect((await one.admin(`/api/keys/${revoked.id}/revoke`, { method: 'POST' })).status).toBe(200);
    await eventually(async () => ((await works(revoked)) ? undefined : true), 'the refusal', 1_000);
    const limits = JSON.stringify({ requestsPerMinute: 123_456 });
    expect((await one.admin('/api/limits/all', { method: 'PUT', body: limits })).status).toBe(200);
    await eventually(
      async () => (await models(spared)).headers.get('x-ratelimit-limit-requests') ?? undefined,
      'the limit',
      1_000,
    );
  });

  it('never admit more than a key’s limit together, and say when it goes on', async () => {
    const both = [await fleet.gateway(), await fleet.gateway()] as const;
    const LIMIT = 7;
    const made = await both[0].admin('/api/keys', {
      method: 'POST',
      body: JSON.stringify({ name: 'limited', limits: { requestsPerMinute: LIMIT } }),
    });
    const { secret } = (await made.json()) as { secret: string };
    const knows = async () => (await both[1].models(secret)).status === 200;
    await eventually(async () => ((await knows()) ? true : undefined), 'the key');
    const startedMs = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        both[n % 2 === 0 ? 0 : 1].post('/v1/chat/completions', CHAT, secret),
      ),
    );
    const refilled = Math.ceil(((performance.now() - startedMs) * LIMIT) / 60_000);
    const admitted = answers.filter(({ status }) => status === 200).length;
    expect(admitted).toBeGreaterThan(0);
    expect(admitted).toBeLessThanOrEqual(LIMIT + refilled);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('count attempts to log in together: guesses at the one make the account wait at the other', async () => {
    const both = [await fleet.gateway(), await fleet.gateway()] as const;
    const login = (gateway: GatewayProcess, password: string) =>
      gateway.admin('/api/auth/login', {
        method: 'POST',
        body: JSON.stringify({ email: 'victim@example.org', password }),
      });
    const at = async (gateway: GatewayProcess, times: number) =>
      (await Promise.all(Array.from({ length: times }, () => login(gateway, 'a guess')))).map(
        ({ status }) => status,
      );
    expect(await at(both[0], 3)).toEqual([401, 401, 401]);
    const further = await at(both[1], 12);
    expect(new Set(further)).toEqual(new Set([401, 429]));
    // Two; more where a second went by between them. A gateway that counts alone lets five through at once.
    expect(further.filter((status) => status === 401).length).toBeLessThan(5);
  });

  it('never send a host more than its slots together, and take over those of one that was killed', async () => {
    const SLOTS = 2;
    const variables = { HOST_SLOTS: String(SLOTS) };
    const [one, two] = [await fleet.gateway(variables), await fleet.gateway(variables)];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? one : two).post('/v1/chat/completions', CHAT)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const spans = fleet.ollama.requests
      .filter(({ path }) => path === '/api/chat')
      .map(({ receivedAt, endedAt }) => ({ from: receivedAt, to: endedAt ?? Infinity }));
    const together = spans.map(
      ({ from }) => spans.filter((span) => span.from <= from && from < span.to).length,
    );
    expect(spans).toHaveLength(40);
    expect(Math.max(...together)).toBeLessThanOrEqual(SLOTS);

    for (let n = 0; n < SLOTS; n++) fleet.ollama.script({ chunks: ['x', { stall: true }] });
    const hanging = [1, 2].map(() => one.post('/v1/chat/completions', CHAT).catch(() => undefined));
    const busy = () => fleet.ollama.requests.filter(({ endedAt, slotAt }) => slotAt && !endedAt).length;
    await eventually(() => (busy() === SLOTS ? true : undefined), 'both slots to be taken');
    const waiting = two.post('/v1/chat/completions', CHAT);
    await one.kill();
    expect((await waiting).status).toBe(200);
    await Promise.all(hanging);
  });

  it('settle everybody’s energy, also after the one that settled was killed', async () => {
    const [one, two] = [await fleet.gateway(), await fleet.gateway()];
    const settled = async (gateway: GatewayProcess) => {
      const answer = await gateway.post('/v1/chat/completions', CHAT);
      const id = answer.headers.get('x-request-id') ?? '';
      return eventually(
        async () => {
          const row = await gateway.row(id);
          return row.energyQuality === 'pending' ? undefined : row.energyQuality;
        },
        'its energy',
        30_000,
      );
    };
    expect(await settled(one)).toBe('constant');
    expect(await settled(two)).toBe('constant');
    await one.kill();
    // What the dead one may have claimed is waited for, and no longer.
    expect(await settled(two)).toBe('constant');
  });

  describe('a request in flight on the one', () => {
    const STREAMED = { ...CHAT, stream: true };
    const shown = (stream: EventStream, id: string) =>
      stream.until(({ type, data }) =>
        type === 'state' ? (data as LiveState).requests.find((request) => request.id === id) : undefined,
      );
    const watch = (gateway: GatewayProcess) =>
      EventStream.open(`${gateway.adminUrl}/api/live`, {
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });

    it('is seen in the live feed of the other, and cancelled there', async () => {
      const [one, two] = [await fleet.gateway(), await fleet.gateway()];
      fleet.ollama.script({ chunks: ['x', { stall: true }] });
      const answer = await one.post('/v1/chat/completions', STREAMED);
      const id = answer.headers.get('x-request-id') ?? '';
      const stream = await watch(two);
      expect(await shown(stream, id)).toMatchObject({ phase: 'generating', keyName: 'api-key', tokens: 1 });
      expect((await two.admin(`/api/live/${id}`, { method: 'DELETE' })).status).toBe(202);
      expect(await answer.text()).toContain('"code":"request_cancelled"');
      await stream.until(({ type, data }) =>
        type === 'state' && (data as LiveState).requests.length === 0 ? true : undefined,
      );
      stream.close();
      expect(await two.row(id)).toMatchObject({ outcome: 'interrupted' });
      expect((await two.admin(`/api/live/${id}`, { method: 'DELETE' })).status).toBe(404);
    });
  });

  describe('a background response', () => {
    const create = async (gateway: GatewayProcess) => {
      fleet.ollama.script({ chunks: ['x', { stall: true }] });
      const answer = await gateway.post('/v1/responses', {
        model: CHAT.model,
        input: 'x',
        background: true,
      });
      return ((await answer.json()) as { id: string }).id;
    };
    const find = async (gateway: GatewayProcess, id: string) => {
      const headers = { authorization: 'Bearer key-of-the-rig-0123456789' };
      const answer = await fetch(`${gateway.gatewayUrl}/v1/responses/${id}`, { headers });
      return (await answer.json()) as { status: string; error: { code: string } | null };
    };
    const becomes = (gateway: GatewayProcess, id: string, status: string, timeoutMs?: number) =>
      eventually(
        async () => {
          const found = await find(gateway, id);
          return found.status === status ? found : undefined;
        },
        status,
        timeoutMs,
      );

    it('goes on when another gateway starts, and has failed when its own is dead', async () => {
      const one = await fleet.gateway();
      const id = await create(one);
      await becomes(one, id, 'in_progress');
      const two = await fleet.gateway();
      expect(await find(two, id)).toMatchObject({ status: 'in_progress', error: null });
      await one.kill();
      expect(await becomes(two, id, 'failed', 30_000)).toMatchObject({ error: { code: 'server_error' } });
    });

    it('is cancelled on the other', async () => {
      const [one, two] = [await fleet.gateway(), await fleet.gateway()];
      const id = await create(one);
      await becomes(two, id, 'in_progress');
      const cancelled = await two.post(`/v1/responses/${id}/cancel`, {});
      expect(await cancelled.json()).toMatchObject({ id, status: 'cancelled' });
      expect(await find(one, id)).toMatchObject({ status: 'cancelled' });
    });

    it('of a gateway that was alone has failed at its next start', async () => {
      const DATA_DIR = fleet.folder();
      const one = await fleet.gateway({ REDIS_URL: '', DATA_DIR });
      const id = await create(one);
      await becomes(one, id, 'in_progress');
      await one.kill();
      const again = await fleet.gateway({ REDIS_URL: '', DATA_DIR });
      expect(await find(again, id)).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    });
  });
});
