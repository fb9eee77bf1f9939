import { Global, Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { throttlerOptions } from '../admission/limits/gateway-throttler.guard';
import { LimitCounters } from '../admission/limits/limit-counters';
import { LimitPlans } from '../admission/limits/limit-plans.service';
import { LimitsModule } from '../admission/limits/limits.module';
import { AuthModule } from '../auth/auth.module';
import { GatewayEntry } from './gateway-entry';
import { InFlight } from './in-flight';
import { LiveRequests } from './live-requests';

@Global()
@Module({
  imports: [
    AuthModule,
    LimitsModule,
    ThrottlerModule.forRootAsync({
      imports: [LimitsModule],
      inject: [LimitPlans, LimitCounters],
      useFactory: throttlerOptions,
    }),
  ],
  providers: [InFlight, LiveRequests, GatewayEntry],
  exports: [InFlight, LiveRequests, GatewayEntry],
})
export class ExchangeModule {}
