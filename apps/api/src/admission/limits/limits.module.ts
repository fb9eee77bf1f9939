import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { RedisConnection } from '../../redis/redis-connection.service';
import { Replicas } from '../../replicas/replicas.service';
import { BudgetSumsRepository } from './budget-sums.repository';
import { BudgetSums } from './budget-sums.service';
import { LimitCounters } from './limit-counters';
import { LimitEvents } from './limit-events';
import { LimitPlans } from './limit-plans.service';
import { MemoryLimitCounters } from './memory-limit-counters';
import { RedisLimitCounters } from './redis-limit-counters';
import { RequestThrottle } from './request-throttle.service';
import { SharedLimitsRepository } from './shared-limits.repository';
import { TokenReservations } from './token-reservations.service';

/** Limits of keys, users and all together: what each request must fit into, and the counters behind them. */
@Module({
  imports: [AuthModule],
  providers: [
    {
      provide: LimitCounters,
      inject: [RedisConnection, Replicas],
      useFactory: (redis: RedisConnection, replicas: Replicas) =>
        redis.isSet ? new RedisLimitCounters(redis, replicas) : new MemoryLimitCounters(),
    },
    BudgetSums,
    BudgetSumsRepository,
    LimitEvents,
    LimitPlans,
    RequestThrottle,
    SharedLimitsRepository,
    TokenReservations,
  ],
  exports: [
    BudgetSums,
    LimitCounters,
    LimitEvents,
    LimitPlans,
    RequestThrottle,
    SharedLimitsRepository,
    TokenReservations,
  ],
})
export class LimitsModule {}
