import { Get, Param, Query, Req, Res } from '@nestjs/common';
import type { LogDetail, LogPage } from '@ollameter/admin-contract';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LogExport } from './log-export.service';
import { LogExportDto, LogIdDto, LogQueryDto } from './log-query.dto';
import { LogService } from './log.service';

@AdminController('api/logs')
export class LogsController {
  constructor(
    private readonly logs: LogService,
    private readonly exports: LogExport,
  ) {}

  @Get()
  @Permission('logs:read')
  page(@Query() query: LogQueryDto): Promise<LogPage> {
    return this.logs.page(query);
  }

  @Get('export')
  @Permission('logs:read')
  export(
    @Query() query: LogExportDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.send(query, request, reply);
  }

  @Get(':id')
  @Permission('logs:read')
  detail(@Param() { id }: LogIdDto): Promise<LogDetail> {
    return this.logs.detail(id);
  }
}
