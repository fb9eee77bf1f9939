import { Get, Query, Res } from '@nestjs/common';
import type { Breakdown, Overview, Series } from '@ollameter/admin-contract';
import type { FastifyReply } from 'fastify';
import { Permission } from '../../identity/permission';
import { CurrentReader, type Reader } from '../../identity/reader';
import { AdminController } from '../admin-controller.decorator';
import { AnalyticsExport } from './analytics-export.service';
import {
  BreakdownExportDto,
  BreakdownQueryDto,
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

  @Get('series/export')
  @Permission('analytics:read')
  exportSeries(
    @Query() query: SeriesExportDto,
    @CurrentReader() reader: Reader,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.exports.series(query, reader.ownerId, reply);
  }

  @Get('breakdown/export')
  @Permission('analytics:read')
  exportBreakdown(
    @Query() query: BreakdownExportDto,
    @CurrentReader() reader: Reader,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.exports.breakdown(query, reader.ownerId, reply);
  }
}
