import type { GatewayStatus } from '@ollameter/admin-contract';
import { GatewayRig } from '../support/gateway-rig';
import { RedisServer, redisIsInstalled } from '../support/redis-server';

jest.setTimeout(60_000);

interface Health {
  status: string;
  redis: string;
}

(redisIsInstalled() ? describe : describe.skip)('a gateway whose Redis is away', () => {
  let redis: RedisServer;
  let rig: GatewayRig | null = null;
  beforeEach(async () => {
    redis = await RedisServer.absent();
  });
  afterEach(async () => {
    await rig?.stop();
    rig = null;
    redis.thaw();
    await redis.stop();
  });

  const start = async () => (rig = await GatewayRig.start({ variables: { REDIS_URL: redis.url } }));
  const health = async (gateway: GatewayRig) =>
    (await (await fetch(`${gateway.gatewayUrl}/health`)).json()) as Health;
  const says = (gateway: GatewayRig, redisState: string) =>
    gateway.eventually(async () => {
      const found = await health(gateway);
      return found.redis === redisState ? found : undefined;
    }, `redis ${redisState}`);
  const answers = async (gateway: GatewayRig) =>
    (
      await gateway.post('/v1/chat/completions', {
        model: 'llama3.1:8b',
        messages: [{ role: 'user', content: 'Hello.' }],
      })
    ).status;

  it('starts all the same, says so everywhere, serves, and is well once Redis answers', async () => {
    const gateway = await start();
    expect(await health(gateway)).toMatchObject({ status: 'degraded', redis: 'unreachable' });
    const status = (await (await gateway.admin('/api/status')).json()) as GatewayStatus;
    expect(status).toMatchObject({ redis: 'unreachable', replicas: 1 });
    expect(await (await gateway.admin('/metrics')).text()).toMatch(/^ollameter_redis_up 0$/m);
    expect(await answers(gateway)).toBe(200);
    await redis.run();
    expect(await says(gateway, 'ok')).toMatchObject({ status: 'ok' });
    expect(await (await gateway.admin('/metrics')).text()).toMatch(/^ollameter_redis_up 1$/m);
    expect(await answers(gateway)).toBe(200);
  });

  it('sees that it was killed, and that it is back', async () => {
    await redis.run();
    const gateway = await start();
    expect(await health(gateway)).toMatchObject({ status: 'ok', redis: 'ok' });
    await redis.kill();
    await says(gateway, 'unreachable');
    expect(await answers(gateway)).toBe(200);
    await redis.run();
    await says(gateway, 'ok');
    expect(await answers(gateway)).toBe(200);
  });

  it('does not wait for one that is frozen', async () => {
    await redis.run();
    const gateway = await start();
    redis.freeze();
    await says(gateway, 'unreachable');
    expect(await answers(gateway)).toBe(200);
    redis.thaw();
    await says(gateway, 'ok');
  });
});
