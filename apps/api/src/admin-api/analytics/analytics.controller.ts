import { Get, Query, Req, Res } from '@nestjs/common';
import type { Breakdown, Overview, Series } from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { AnalyticsExport } from './analytics-export.service';
import {
  BreakdownExportDto,
  BreakdownQueryDto,
  OverviewExportDto,
  PeriodQueryDto,
  SeriesExportDto,
  SeriesQueryDto,
} from './analytics-query.dto';
import { AnalyticsService } from './analytics.service';

@AdminController('api/analytics')
export class AnalyticsController {
  constructor(
    private readonly analytics: AnalyticsService,
    private readonly exports: AnalyticsExport,
  ) {}

  @Get('overview')
  @Permission('analytics:read')
  overview(@Query() query: PeriodQueryDto): Promise<Overview> {
    return this.analytics.overview(query);
  }

  @Get('series')
  @Permission('analytics:read')
  series(@Query() query: SeriesQueryDto): Promise<Series> {
    return this.analytics.series(query);
  }

  @Get('breakdown')
  @Permission('analytics:read')
  breakdown(@Query() query: BreakdownQueryDto): Promise<Breakdown> {
    return this.analytics.breakdown(query);
  }

  @Get('overview/export')
  @Permission('analytics:read')
  exportOverview(
    @Query() query: OverviewExportDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.overview(query, { request, reply });
  }

  @Get('series/export')
  @Permission('analytics:read')
  exportSeries(
    @Query() query: SeriesExportDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.series(query, { request, reply });
  }

  @Get('breakdown/export')
  @Permission('analytics:read')
  exportBreakdown(
    @Query() query: BreakdownExportDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.breakdown(query, { request, reply });
  }
}
