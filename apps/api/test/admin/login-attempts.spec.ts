import { createClient } from '@redis/client';
import { DataSource } from 'typeorm';
import { PepperService } from '../../src/auth/pepper.service';
import { AppConfig } from '../../src/config/app-config';
import { FORGET_MS } from '../../src/identity/login-backoff';
import { MemoryLoginAttempts } from '../../src/identity/memory-login-attempts';
import { RedisLoginAttempts } from '../../src/identity/redis-login-attempts';
import { RedisConnection } from '../../src/redis/redis-connection.service';
import { eventually } from '../support/eventually';
import { RedisServer, redisIsInstalled } from '../support/redis-server';
import { describeLoginAttempts } from './login-attempts.contract';

jest.setTimeout(60_000);

/** A clock that only the test moves. */
function clock() {
  let nowMs = 1_700_000_000_000;
  return { now: () => nowMs, advance: (ms: number) => void (nowMs += ms) };
}

describeLoginAttempts('in memory', () => {
  const { now, advance } = clock();
  const attempts = new MemoryLoginAttempts(now);
  return Promise.resolve({ attempts, others: attempts, advance, close: () => Promise.resolve() });
});

/** The attempts at two gateways on one Redis. */
async function twoGateways(server: RedisServer, nowMs: () => number) {
  const connect = async () => {
    const config = AppConfig.fromVariables({
      DATABASE_URL: 'postgres://unused/x',
      REDIS_URL: server.url,
      KEY_PEPPER: 'a pepper for log-ins alone',
    });
    const pepper = new PepperService(config, new DataSource({ type: 'postgres' }));
    const connection = new RedisConnection(config, pepper);
    await connection.onModuleInit();
    return { connection, attempts: new RedisLoginAttempts(connection, pepper, nowMs) };
  };
  const [one, two] = [await connect(), await connect()] as const;
  return {
    attempts: one.attempts,
    others: two.attempts,
    connection: one.connection,
    close: async () => {
      for (const { connection } of [one, two]) connection.onApplicationShutdown();
      await server.stop();
    },
  };
}

if (redisIsInstalled()) {
  describeLoginAttempts('in Redis', async () => {
    const { now, advance } = clock();
    return { ...(await twoGateways(await RedisServer.start(), now)), advance };
  });

  describe('login attempts in Redis', () => {
    let server: RedisServer;
    let gateways: Awaited<ReturnType<typeof twoGateways>>;
    beforeEach(async () => {
      server = await RedisServer.start();
      gateways = await twoGateways(server, clock().now);
    });
    afterEach(async () => {
      server.thaw();
      await gateways.close();
    });

    const ADA = { account: 'ada@example.org', address: '203.0.113.7' };
    const guessUntilRefused = async () => {
      for (let made = 0; ; made++) if ((await gateways.attempts.begin(ADA)) > 0) return made;
    };
    const is = (state: string) =>
      eventually(() => (gateways.connection.state === state ? true : undefined), `redis ${state}`);

    it('name nobody and no address, and end by themselves', async () => {
      await gateways.attempts.begin(ADA);
      await gateways.attempts.begin({ ...ADA, account: 'bob' });
      await gateways.attempts.succeed(ADA);
      const client = await createClient({ url: server.url }).connect();
      try {
        const keys = await client.keys('*');
        expect(keys).toHaveLength(4);
        const held = await Promise.all(
          keys.map((key) =>
            key.endsWith(':last') ? client.zRangeWithScores(key, 0, -1) : client.hGetAll(key),
          ),
        );
        expect(JSON.stringify([keys, held])).not.toMatch(/ada|bob|example|203\.0/);
        for (const key of keys) {
          const leftMs = await client.pTTL(key);
          expect(leftMs).toBeGreaterThan(0);
          expect(leftMs).toBeLessThanOrEqual(FORGET_MS);
        }
      } finally {
        client.destroy();
      }
    });

    it('are counted by each gateway while Redis does not answer, and by all from then on', async () => {
      server.freeze();
      await is('unreachable');
      expect(await guessUntilRefused()).toBe(5);
      server.thaw();
      await is('ok');
      expect(await guessUntilRefused()).toBe(5);
      expect(await gateways.others.begin(ADA)).toBeGreaterThan(0);
    });

    it('are answered also where Redis stops answering while it is asked', async () => {
      server.freeze();
      expect(await gateways.attempts.begin(ADA)).toBe(0);
      await gateways.attempts.succeed(ADA);
    });

    it('are counted here where Redis refuses the script', async () => {
      const client = await createClient({ url: server.url }).connect();
      await gateways.attempts.begin(ADA);
      const [key = ''] = await client.keys('*:login:account:last');
      await client.set(key, 'not what it was');
      client.destroy();
      expect(await guessUntilRefused()).toBe(5);
      await gateways.attempts.succeed(ADA);
      expect(await gateways.attempts.begin(ADA)).toBe(0);
    });
  });
} else it.skip('login attempts in Redis', () => undefined);
