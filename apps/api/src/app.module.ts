import { type DynamicModule, Module } from '@nestjs/common';
import { AdminApiModule } from './admin-api/admin-api.module';
import { EnergyApiModule } from './admin-api/energy/energy-api.module';
import { LiveModule } from './admin-api/live/live.module';
import { MetersApiModule } from './admin-api/meters/meters-api.module';
import { ModelsModule } from './admin-api/models/models.module';
import { BudgetSums } from './admission/limits/budget-sums.service';
import { LimitsModule } from './admission/limits/limits.module';
import { AppConfig } from './config/app-config';
import { ConfigModule } from './config/config.module';
import { DatabaseModule } from './database/database.module';
import { EnergyModule } from './energy/energy.module';
import { SettlerService } from './energy/settler.service';
import { ExchangeModule } from './exchange/exchange.module';
import { HealthModule } from './health/health.module';
import { IdentityModule } from './identity/identity.module';
import { MetricsModule } from './metrics/metrics.module';
import { RequestLines } from './logging/request-lines.service';
import { NativeModule } from './native/native.module';
import { OpenaiModule } from './openai/openai.module';
import { PortalModule } from './portal/portal.module';
import { RedisModule } from './redis/redis.module';
import { ReplicasModule } from './replicas/replicas.module';
import { BatchWriter } from './request-log/batch-writer.service';
import { RequestLogModule } from './request-log/request-log.module';
import { TelemetryModule } from './telemetry/telemetry.module';
import { ResponsesModule } from './responses/responses.module';

/** All features, in the order of a request; the portal last, because its route matches every path of its plane. */
@Module({ providers: [RequestLines] })
export class AppModule {
  constructor(writer: BatchWriter, settler: SettlerService, sums: BudgetSums) {
    writer.onStored((answers) => {
      settler.poke();
      sums.noteStored(answers.map(({ id }) => id));
    });
  }

  static with(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        DatabaseModule,
        RedisModule,
        RequestLogModule,
        ExchangeModule,
        LimitsModule,
        ReplicasModule,
        OpenaiModule,
        NativeModule,
        ResponsesModule,
        EnergyModule,
        HealthModule,
        MetricsModule,
        TelemetryModule,
        IdentityModule,
        AdminApiModule,
        EnergyApiModule,
        LiveModule,
        MetersApiModule,
        ModelsModule,
        PortalModule,
      ],
    };
  }
}
