import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../config/app-config';
import { ChangeFeed } from './change-feed.service';
import { ProcessLock } from './process-lock.service';
import { DatabaseProbe } from './database-probe.service';
import { MAPPING } from './mapping';

/** The connection pool (TypeORM's `DataSource`, injectable everywhere), who hears of changes, and the lock that keeps a second process out. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [AppConfig],
      useFactory: (config: AppConfig) => ({
        ...MAPPING,
        url: config.databaseUrl,
        poolSize: 10,
        // The gateway outlives an outage: the pool reconnects by itself, and nobody waits for ever for a connection.
        connectTimeoutMS: 5_000,
        applicationName: 'ollameter',
      }),
    }),
  ],
  providers: [ChangeFeed, DatabaseProbe, ProcessLock],
  exports: [ChangeFeed, DatabaseProbe, ProcessLock],
})
export class DatabaseModule {}
