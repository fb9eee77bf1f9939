import { type DynamicModule, Module } from '@nestjs/common';
import { AdminApiModule } from './admin-api/admin-api.module';
import { AppConfig } from './config/app-config';
import { ConfigModule } from './config/config.module';
import { DatabaseModule } from './database/database.module';
import { EnergyModule } from './energy/energy.module';
import { ExchangeModule } from './exchange/exchange.module';
import { HealthModule } from './health/health.module';
import { IdentityModule } from './identity/identity.module';
import { NativeModule } from './native/native.module';
import { OpenaiModule } from './openai/openai.module';
import { PortalModule } from './portal/portal.module';
import { ResponsesModule } from './responses/responses.module';
import { RequestLogModule } from './request-log/request-log.module';

@Module({})
export class AppModule {
  static with(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        DatabaseModule,
        RequestLogModule,
        ExchangeModule,
        OpenaiModule,
        NativeModule,
        ResponsesModule,
        EnergyModule,
        IdentityModule,
        AdminApiModule,
        PortalModule,
        HealthModule,
      ],
    };
  }
}
