import { Module } from '@nestjs/common';
import { EnergyModule } from '../../energy/energy.module';
import { IdentityModule } from '../../identity/identity.module';
import { AdminApiModule } from '../admin-api.module';
import { EnergyController } from './energy.controller';
import { EnergyLedgerRepository } from './energy-ledger.repository';
import { EnergyPatterns } from './energy-pattern.service';
import { EnergyReports } from './energy-report.service';
import { IdleReports } from './idle-report.service';
import { ModelReportRepository } from './model-report.repository';
import { ModelReports } from './model-report.service';
import { RateOutlook } from './rate-outlook.service';
import { ReportPeriods } from './report-period.service';
import { RequestEnergyController } from './request-energy.controller';
import { RequestEnergyService } from './request-energy.service';
import { TariffsController } from './tariffs.controller';
import { TariffsService } from './tariffs.service';

/** The admin plane's view of tariffs, meters and what electricity was used for. */
@Module({
  imports: [AdminApiModule, EnergyModule, IdentityModule],
  controllers: [EnergyController, RequestEnergyController, TariffsController],
  providers: [
    EnergyLedgerRepository,
    EnergyPatterns,
    EnergyReports,
    IdleReports,
    ModelReportRepository,
    ModelReports,
    RateOutlook,
    ReportPeriods,
    RequestEnergyService,
    TariffsService,
  ],
})
export class EnergyApiModule {}
