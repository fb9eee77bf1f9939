import { DataSource } from 'typeorm';
import { RedisLimitCounters } from '../../src/admission/limits/redis-limit-counters';
import { PepperService } from '../../src/auth/pepper.service';
import { AppConfig } from '../../src/config/app-config';
import { RedisConnection } from '../../src/redis/redis-connection.service';
import { eventually } from '../support/eventually';
import { RedisServer, redisIsInstalled } from '../support/redis-server';
import { describeLimitCounters } from './limit-counters.contract';

jest.setTimeout(120_000);

/** The counters of two gateways on one Redis. */
async function twoGateways(server: RedisServer, nowMs: (() => number) | null) {
  const connect = async () => {
    const config = AppConfig.fromVariables({
      DATABASE_URL: 'postgres://unused/x',
      REDIS_URL: server.url,
      KEY_PEPPER: 'a pepper for limits alone',
    });
    const redis = new RedisConnection(
      config,
      new PepperService(config, new DataSource({ type: 'postgres' })),
    );
    await redis.onModuleInit();
    return redis;
  };
  const connections = [await connect(), await connect()] as const;
  const [counters, others] = [
    new RedisLimitCounters(connections[0], { id: 'one', count: 2 }, nowMs),
    new RedisLimitCounters(connections[1], { id: 'two', count: 2 }, nowMs),
  ] as const;
  return {
    counters,
    others,
    connections,
    close: async () => {
      for (const each of [counters, others]) each.close();
      for (const each of connections) each.onApplicationShutdown();
      await server.stop();
    },
  };
}

if (redisIsInstalled()) {
  describeLimitCounters('in Redis', async () => {
    // Whole milliseconds of a clock that only the test moves.
    let nowMs = 1_700_000_000_000;
    return {
      ...(await twoGateways(await RedisServer.start(), () => nowMs)),
      advance: (ms: number) => {
        nowMs += ms;
      },
    };
  });

  describe('limit counters whose Redis goes away', () => {
    it('give each gateway its part, and settle in Redis what was reserved there', async () => {
      const server = await RedisServer.start();
      const { counters, connections, close } = await twoGateways(server, null);
      const bucket = { id: 'b', perMinute: 4 };
      const allowances = [{ id: 'budget', room: 100 }];
      expect(await counters.reserve({ id: 'r', tokens: 60, buckets: [], allowances })).toMatchObject({
        exhausted: null,
      });
      const [connection] = connections;
      const is = (state: string) =>
        eventually(() => (connection.state === state ? true : undefined), `redis ${state}`);
      server.freeze();
      await is('unreachable');
      // In this process now: no promise, half of the bucket, half of the room.
      expect(counters.take([bucket])).toMatchObject({ refusedBy: null, states: [{ remaining: 1 }] });
      expect(counters.take([bucket])).toMatchObject({ refusedBy: null });
      expect(counters.take([bucket])).toMatchObject({ refusedBy: 0 });
      expect(counters.reserve({ id: 's', tokens: 50, buckets: [], allowances })).toMatchObject({ held: [0] });
      expect(counters.reserve({ id: 't', tokens: 1, buckets: [], allowances })).toMatchObject({
        exhausted: 0,
      });
      await counters.settle('r', 10);
      server.thaw();
      await is('ok');
      await eventually(async () => {
        const { held } = await counters.view([], ['budget']);
        return held[0] === 10 ? true : undefined;
      }, 'the settlement');
      await counters.release('r');
      expect(await counters.view([], ['budget'])).toMatchObject({ held: [0] });
      await close();
    });
  });
} else it.skip('limit counters in Redis', () => undefined);
