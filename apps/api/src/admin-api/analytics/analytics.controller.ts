import { Get, Query, Req, Res } from '@nestjs/common';
import type { Breakdown, Overview, Series } from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Permission } from '../../identity/permission';
import { CurrentReader, type Reader } from '../../identity/reader';
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
  overview(@Query() query: PeriodQueryDto, @CurrentReader() reader: Reader): Promise<Overview> {
    return this.analytics.overview(query, reader.ownerId);
  }

  @Get('series')
  @Permission('analytics:read')
  series(@Query() query: SeriesQueryDto, @CurrentReader() reader: Reader): Promise<Series> {
    return this.analytics.series(query, reader.ownerId);
  }

  @Get('breakdown')
  @Permission('analytics:read')
  breakdown(@Query() query: BreakdownQueryDto, @CurrentReader() reader: Reader): Promise<Breakdown> {
    return this.analytics.breakdown(query, reader.ownerId);
  }

  @Get('overview/export')
  @Permission('analytics:read')
  exportOverview(
    @Query() query: OverviewExportDto,
    @CurrentReader() reader: Reader,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.overview(query, reader.ownerId, { request, reply });
  }

  @Get('series/export')
  @Permission('analytics:read')
  exportSeries(
    @Query() query: SeriesExportDto,
    @CurrentReader() reader: Reader,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.series(query, reader.ownerId, { request, reply });
  }

  @Get('breakdown/export')
  @Permission('analytics:read')
  exportBreakdown(
    @Query() query: BreakdownExportDto,
    @CurrentReader() reader: Reader,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.breakdown(query, reader.ownerId, { request, reply });
  }
}
