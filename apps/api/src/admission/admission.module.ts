import { Module } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import { RedisConnection } from '../redis/redis-connection.service';
import { Replicas } from '../replicas/replicas.service';
import { UpstreamModule } from '../upstream/upstream.module';
import { AdmissionService } from './admission.service';
import { LimitsModule } from './limits/limits.module';
import { OwnSlots } from './slots/own-slots';
import { SharedSlots } from './slots/shared-slots';
import { TurnSlots } from './slots/turn-slots';

@Module({
  imports: [UpstreamModule, LimitsModule],
  providers: [
    {
      provide: SharedSlots,
      inject: [AppConfig, RedisConnection, Replicas],
      useFactory: (config: AppConfig, redis: RedisConnection, replicas: Replicas) =>
        redis.isSet ? new TurnSlots(config, redis, replicas) : new OwnSlots(),
    },
    AdmissionService,
  ],
  exports: [AdmissionService],
})
export class AdmissionModule {}
