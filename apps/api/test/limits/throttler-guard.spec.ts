import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ThrottlerModule } from '@nestjs/throttler';
import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import { GatewayThrottlerGuard, throttlerOptions } from '../../src/admission/limits/gateway-throttler.guard';
import { LimitPlans } from '../../src/admission/limits/limit-plans.service';
import { MemoryLimitCounters } from '../../src/admission/limits/memory-limit-counters';
import { SharedLimitsRepository } from '../../src/admission/limits/shared-limits.repository';
import { Caller } from '../../src/auth/caller';
import { PepperService } from '../../src/auth/pepper.service';
import { wholeLimits } from '../../src/auth/whole-limits';
import { AppConfig } from '../../src/config/app-config';
import { ChangeFeed } from '../../src/database/change-feed.service';
import { Exchange } from '../../src/exchange/exchange';
import { RequestLog } from '../../src/exchange/exchange-record';
import { RedisConnection } from '../../src/redis/redis-connection.service';
import { GatewayError } from '../../src/upstream/gateway-error';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

const CALLER = new Caller({
  keyId: '0190f3c4-0000-7000-8000-000000000001',
  keyName: 'k',
  ownerId: null,
  allowedModels: [],
  endpoints: [],
  ipRanges: [],
  limits: wholeLimits({ requestsPerMinute: 2 }),
  logPolicy: null,
  priority: 'interactive',
  weight: 1,
  mayReload: false,
});

/** Keeps nothing: no request gets that far here. */
class NoLog extends RequestLog {
  readonly accepting = true;
  intent(): void {
    return;
  }
  answer(): Promise<void> {
    return Promise.resolve();
  }
}

@UseGuards(GatewayThrottlerGuard)
@Controller('v1')
class TwoRoutes {
  @Get('one')
  one(): string {
    return 'one';
  }
  @Get('two')
  two(): string {
    return 'two';
  }
}

/** An app whose entry knows the caller and has asked no limit, or says that it has. */
async function appWith(database: DataSource, asked: boolean): Promise<NestFastifyApplication> {
  const config = AppConfig.fromVariables({
    DATABASE_URL: 'postgres://unused/x',
    KEY_PEPPER: 'a pepper of no use',
  });
  const feed = new ChangeFeed(config, new RedisConnection(config, new PepperService(config, database)));
  const plans = new LimitPlans(feed, new SharedLimitsRepository(database));
  await plans.refresh();
  @Module({
    imports: [
      ThrottlerModule.forRootAsync({ useFactory: () => throttlerOptions(plans, new MemoryLimitCounters()) }),
    ],
    controllers: [TwoRoutes],
  })
  class RoutesModule {}
  const testing = await Test.createTestingModule({ imports: [RoutesModule] }).compile();
  const adapter = new FastifyAdapter();
  const app = testing.createNestApplication<NestFastifyApplication>(adapter);
  adapter.getInstance<FastifyInstance>().addHook('onRequest', (request, _reply, done) => {
    request.exchange = new Exchange('models', request.ip, null, new NoLog());
    request.exchange.identify(CALLER);
    if (asked) request.exchange.passThrottle();
    done();
  });
  app.useGlobalFilters({
    catch: (error: unknown, host) => {
      const reply = host.switchToHttp().getResponse<{ code(n: number): { send(body: unknown): void } }>();
      if (error instanceof GatewayError) reply.code(error.status).send(error.envelope);
      else reply.code(500).send(String(error));
    },
  });
  await app.init();
  return app;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

it('asks what the entry did not ask: whatever the handler, from the same bucket', async () => {
  const app = await appWith(database.dataSource, false);
  const statuses = [];
  for (const path of ['/v1/one', '/v1/two', '/v1/one'])
    statuses.push((await app.inject({ method: 'GET', url: path })).statusCode);
  expect(statuses).toEqual([200, 200, 429]);
  const refused = await app.inject({ method: 'GET', url: '/v1/two' });
  expect(refused.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  await app.close();
});

it('takes nothing where the entry has asked', async () => {
  const app = await appWith(database.dataSource, true);
  for (let n = 0; n < 5; n++)
    expect((await app.inject({ method: 'GET', url: '/v1/one' })).statusCode).toBe(200);
  await app.close();
});
