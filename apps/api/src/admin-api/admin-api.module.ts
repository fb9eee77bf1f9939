import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module';
import { AnalyticsController } from './analytics/analytics.controller';
import { AnalyticsExport } from './analytics/analytics-export.service';
import { AnalyticsService } from './analytics/analytics.service';
import { UsageRepository } from './analytics/usage.repository';
import { AuditController } from './audit/audit.controller';
import { AuditReader } from './audit/audit-reader.service';
import { AuditRepository } from './audit/audit.repository';
import { AuthController } from './auth/auth.controller';
import { OidcController } from './auth/oidc.controller';
import { DocsController } from './docs/docs.controller';
import { DocsService } from './docs/docs.service';
import { KeysModule } from './keys/keys.module';
import { LimitsApiModule } from './limits/limits-api.module';
import { LogExportRepository } from './logs/log-export.repository';
import { LogExport } from './logs/log-export.service';
import { LogRepository } from './logs/log.repository';
import { LogSearchRepository } from './logs/log-search.repository';
import { SearchCapability } from './logs/search-capability.service';
import { LogService } from './logs/log.service';
import { LogsController } from './logs/logs.controller';
import { ProblemFilter } from './problem.filter';
import { ReadOnlyDatabase } from './read-only-database.service';
import { AccountService } from './me/account.service';
import { MeController } from './me/me.controller';
import { SecondFactorService } from './me/second-factor.service';
import { TotpController } from './me/totp.controller';
import { SettingsModule } from './settings/settings.module';
import { UserUsageController } from './users/user-usage.controller';
import { UsersModule } from './users/users.module';
import { StatusController } from './status/status.controller';

/** The REST API of the admin plane. Needs a DataSource, the AppConfig and an implementation of GatewayState. */
@Module({
  imports: [IdentityModule, SettingsModule, UsersModule, KeysModule, LimitsApiModule],
  controllers: [
    DocsController,
    AuditController,
    AuthController,
    OidcController,
    MeController,
    TotpController,
    UserUsageController,
    LogsController,
    AnalyticsController,
    StatusController,
  ],
  providers: [
    DocsService,
    AccountService,
    AuditReader,
    AuditRepository,
    AnalyticsExport,
    AnalyticsService,
    LogExport,
    LogExportRepository,
    LogRepository,
    LogSearchRepository,
    SearchCapability,
    LogService,
    ProblemFilter,
    ReadOnlyDatabase,
    SecondFactorService,
    UsageRepository,
  ],
  exports: [ProblemFilter, ReadOnlyDatabase],
})
export class AdminApiModule {}
