import { Module } from '@nestjs/common';
import { EnergyModule } from '../../energy/energy.module';
import { IdentityModule } from '../../identity/identity.module';
import { AdminApiModule } from '../admin-api.module';
import { EnergyController } from './energy.controller';
import { EnergyBreakdowns } from './energy-breakdown.service';
import { EnergyExport } from './energy-export.service';
import { EnergyLedgerRepository } from './energy-ledger.repository';
import { EnergyPatterns } from './energy-pattern.service';
import { EnergyReports } from './energy-report.service';
import { IdleReports } from './idle-report.service';
import { ModelReportRepository } from './model-report.repository';
import { ModelReports } from './model-report.service';
import { PhaseWeightsReports } from './phase-weights-report.service';
import { RateOutlook } from './rate-outlook.service';
import { ReportPeriods } from './report-period.service';
import { RequestEnergyController } from './request-energy.controller';
import { RequestEnergyService } from './request-energy.service';
import { StatementRepository } from './statement.repository';
import { Statements } from './statement.service';
import { TariffsController } from './tariffs.controller';
import { TariffsService } from './tariffs.service';
import { UrdbImports } from './urdb-import.service';
import { WhatIfs } from './what-if.service';

/** The admin plane's view of tariffs, meters and what electricity was used for. */
@Module({
  imports: [AdminApiModule, EnergyModule, IdentityModule],
  controllers: [EnergyController, RequestEnergyController, TariffsController],
  providers: [
    EnergyBreakdowns,
    EnergyExport,
    EnergyLedgerRepository,
    EnergyPatterns,
    EnergyReports,
    IdleReports,
    ModelReportRepository,
    ModelReports,
    PhaseWeightsReports,
    RateOutlook,
    ReportPeriods,
    RequestEnergyService,
    StatementRepository,
    Statements,
    TariffsService,
    UrdbImports,
    WhatIfs,
  ],
})
export class EnergyApiModule {}
