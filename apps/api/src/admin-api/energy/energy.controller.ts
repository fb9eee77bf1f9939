import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import type {
  CheapestHours,
  EnergyForecast,
  EnergyOverview,
  EnergyPattern,
  EnergySeries,
  EnergyStatement,
  HostedComparison,
  IdleReport,
  ModelLeague,
  RateSeries,
  WhatIf,
} from '@ollameter/admin-contract';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { PeriodQueryDto } from '../analytics/analytics-query.dto';
import { EnergyPatterns } from './energy-pattern.service';
import { EnergyReports } from './energy-report.service';
import { IdleReports } from './idle-report.service';
import { ModelReports } from './model-report.service';
import { RateOutlook } from './rate-outlook.service';
import { EnergySeriesQueryDto, StatementQueryDto, WhatIfQueryDto } from './report-query.dto';
import { HoursQueryDto, RatesQueryDto, TariffInputDto } from './tariff.dto';

@AdminController('api/energy')
export class EnergyController {
  constructor(
    private readonly reports: EnergyReports,
    private readonly patterns: EnergyPatterns,
    private readonly models: ModelReports,
    private readonly idling: IdleReports,
    private readonly outlook: RateOutlook,
  ) {}

  @Get('overview')
  @Permission('energy:read')
  overview(@Query() query: PeriodQueryDto): Promise<EnergyOverview> {
    return this.reports.overview(query);
  }

  @Get('series')
  @Permission('energy:read')
  series(@Query() query: EnergySeriesQueryDto): Promise<EnergySeries> {
    return this.reports.series(query);
  }

  @Get('pattern')
  @Permission('energy:read')
  pattern(@Query() query: PeriodQueryDto): Promise<EnergyPattern> {
    return this.patterns.pattern(query);
  }

  @Get('rates')
  @Permission('energy:read')
  rates(@Query() query: RatesQueryDto): Promise<RateSeries> {
    return this.outlook.rates(query);
  }

  @Get('what-if')
  @Permission('energy:read')
  whatIf(@Query() query: WhatIfQueryDto): Promise<WhatIf> {
    return this.reports.whatIf(query);
  }

  @Post('what-if')
  @HttpCode(200)
  @Permission('energy:read')
  whatIfOf(@Body() input: TariffInputDto, @Query() query: PeriodQueryDto): Promise<WhatIf> {
    return this.reports.whatIfOf(input, query);
  }

  @Get('statement')
  @Permission('energy:read')
  statement(@Query() query: StatementQueryDto): Promise<EnergyStatement> {
    return this.reports.statement(query);
  }

  @Get('models')
  @Permission('energy:read')
  league(@Query() query: PeriodQueryDto): Promise<ModelLeague> {
    return this.models.league(query);
  }

  @Get('comparison')
  @Permission('energy:read')
  comparison(@Query() query: PeriodQueryDto): Promise<HostedComparison> {
    return this.models.comparison(query);
  }

  @Get('idle')
  @Permission('energy:read')
  idle(@Query() query: PeriodQueryDto): Promise<IdleReport> {
    return this.idling.report(query);
  }

  @Get('cheapest')
  @Permission('energy:read')
  cheapest(@Query() { hours }: HoursQueryDto): CheapestHours {
    return this.outlook.cheapest(hours ?? 24);
  }

  @Get('forecast')
  @Permission('energy:read')
  forecast(): Promise<EnergyForecast> {
    return this.outlook.forecast();
  }
}
