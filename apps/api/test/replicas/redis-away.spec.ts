import type { GatewayStatus } from '@ollameter/admin-contract';
import { ACCOUNT_RULE } from '../../src/identity/login-attempts';
import { GatewayRig } from '../support/gateway-rig';
import { PERSON_PASSWORD } from '../support/invite-person';
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

  it('lets people log in meanwhile, and slows who guesses', async () => {
    await redis.run();
    const gateway = await start();
    const ada = await gateway.person('admin');
    const logIn = async (email: string, password: string) => {
      const answer = await fetch(`${gateway.adminUrl}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      });
      await answer.text();
      return [answer.status, answer.headers.get('retry-after')];
    };
    const guess = () => logIn('bob@example.org', 'a guess');
    expect(await logIn(ada.email, PERSON_PASSWORD)).toEqual([200, null]);
    expect(await guess()).toEqual([401, null]);
    await redis.kill();
    expect(await logIn(ada.email, PERSON_PASSWORD)).toEqual([200, null]);
    await says(gateway, 'unreachable');
    // The gateway's own count begins where Redis went.
    for (let n = 0; n < ACCOUNT_RULE.freeAttempts; n++) expect(await guess()).toEqual([401, null]);
    expect(await guess()).toEqual([429, '1']);
    expect(await logIn(ada.email, PERSON_PASSWORD)).toEqual([200, null]);
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
