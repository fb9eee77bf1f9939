import { Body, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import type {
  CheapestHours,
  EnergyBreakdown,
  EnergyForecast,
  EnergyOverview,
  EnergyPattern,
  EnergySeries,
  EnergyStatement,
  HostedComparison,
  IdleReport,
  ModelLeague,
  PhaseWeights,
  TariffComparison,
  RateSeries,
  WhatIf,
} from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { EnergyBreakdowns } from './energy-breakdown.service';
import { EnergyExport } from './energy-export.service';
import { EnergyPatterns } from './energy-pattern.service';
import { EnergyReports } from './energy-report.service';
import { IdleReports } from './idle-report.service';
import { ModelReports } from './model-report.service';
import { PhaseWeightsReports } from './phase-weights-report.service';
import { RateOutlook } from './rate-outlook.service';
import {
  EnergyBreakdownExportDto,
  EnergyBreakdownQueryDto,
  EnergySeriesExportDto,
  EnergySeriesQueryDto,
  LeagueExportDto,
  ReportQueryDto,
  StatementExportDto,
  StatementQueryDto,
  WhatIfQueryDto,
} from './report-query.dto';
import { Statements } from './statement.service';
import { WhatIfs } from './what-if.service';
import { HoursQueryDto, RatesQueryDto, TariffInputDto } from './tariff.dto';

@AdminController('api/energy')
export class EnergyController {
  constructor(
    private readonly reports: EnergyReports,
    private readonly patterns: EnergyPatterns,
    private readonly models: ModelReports,
    private readonly idling: IdleReports,
    private readonly outlook: RateOutlook,
    private readonly breakdowns: EnergyBreakdowns,
    private readonly whatIfs: WhatIfs,
    private readonly statements: Statements,
    private readonly exports: EnergyExport,
    private readonly weighing: PhaseWeightsReports,
  ) {}

  @Get('overview')
  @Permission('energy:read')
  overview(@Query() query: ReportQueryDto): Promise<EnergyOverview> {
    return this.reports.overview(query);
  }

  @Get('series')
  @Permission('energy:read')
  series(@Query() query: EnergySeriesQueryDto): Promise<EnergySeries> {
    return this.reports.series(query);
  }

  @Get('series/export')
  @Permission('energy:read')
  seriesExport(
    @Query() query: EnergySeriesExportDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.series(query, { request, reply });
  }

  @Get('breakdown')
  @Permission('energy:read')
  breakdown(@Query() query: EnergyBreakdownQueryDto): Promise<EnergyBreakdown> {
    return this.breakdowns.breakdown(query);
  }

  @Get('breakdown/export')
  @Permission('energy:read')
  breakdownExport(
    @Query() query: EnergyBreakdownExportDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.breakdown(query, { request, reply });
  }

  @Get('what-if/all')
  @Permission('energy:read')
  whatIfAll(@Query() query: ReportQueryDto): Promise<TariffComparison> {
    return this.whatIfs.all(query);
  }

  @Get('pattern')
  @Permission('energy:read')
  pattern(@Query() query: ReportQueryDto): Promise<EnergyPattern> {
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
    return this.whatIfs.stored(query);
  }

  @Post('what-if')
  @HttpCode(200)
  @Permission('energy:read')
  whatIfOf(@Body() input: TariffInputDto, @Query() query: ReportQueryDto): Promise<WhatIf> {
    return this.whatIfs.posted(input, query);
  }

  @Get('statement')
  @Permission('energy:read')
  statement(@Query() query: StatementQueryDto): Promise<EnergyStatement> {
    return this.statements.statement(query);
  }

  @Get('statement/export')
  @Permission('energy:read')
  statementExport(
    @Query() query: StatementExportDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.statement(query, { request, reply });
  }

  @Get('models')
  @Permission('energy:read')
  league(@Query() query: ReportQueryDto): Promise<ModelLeague> {
    return this.models.league(query);
  }

  @Get('models/export')
  @Permission('energy:read')
  leagueExport(
    @Query() query: LeagueExportDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.league(query, { request, reply });
  }

  @Get('comparison')
  @Permission('energy:read')
  comparison(@Query() query: ReportQueryDto): Promise<HostedComparison> {
    return this.models.comparison(query);
  }

  @Get('idle')
  @Permission('energy:read')
  idle(@Query() query: ReportQueryDto): Promise<IdleReport> {
    return this.idling.report(query);
  }

  @Get('weights')
  @Permission('energy:read')
  weights(): Promise<PhaseWeights> {
    return this.weighing.report();
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
