import { Global, Module } from '@nestjs/common';
import { PepperModule } from '../auth/pepper.module';
import { RedisConnection } from './redis-connection.service';

/** What several gateways share in memory. */
@Global()
@Module({ imports: [PepperModule], providers: [RedisConnection], exports: [RedisConnection] })
export class RedisModule {}
