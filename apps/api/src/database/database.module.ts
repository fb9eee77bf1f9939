import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../config/app-config';
import { ProcessLock } from './process-lock.service';
import { DatabaseProbe } from './database-probe.service';
import { MAPPING } from './mapping';

/** The connection pool (TypeORM's `DataSource`, injectable everywhere) and the lock that keeps a second process out. */
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
  providers: [ProcessLock, DatabaseProbe],
  exports: [ProcessLock, DatabaseProbe],
})
export class DatabaseModule {}
