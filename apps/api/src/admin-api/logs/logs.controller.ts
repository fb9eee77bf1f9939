import { Delete, Get, HttpCode, Param, Query, Req, Res } from '@nestjs/common';
import type { LogDetail, LogExportList, LogPage, SessionUser } from '@ollameter/admin-contract';
import { CurrentUser } from '../../identity/current-user.decorator';
import { Permission } from '../../identity/permission';
import { CurrentReader, type Reader } from '../../identity/reader';
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
  page(@Query() query: LogQueryDto, @CurrentReader() reader: Reader): Promise<LogPage> {
    return this.logs.page(query, reader);
  }

  @Get('export')
  @Permission('logs:read')
  export(
    @Query() query: LogExportDto,
    @CurrentReader() reader: Reader,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.send(query, reader, request, reply);
  }

  @Get('exports')
  @Permission('logs:read')
  running(@CurrentUser() user: SessionUser): LogExportList {
    return this.exports.list(user);
  }

  @Delete('exports/:id')
  @Permission('logs:read')
  @HttpCode(204)
  cancel(@Param() { id }: LogIdDto, @CurrentUser() user: SessionUser): void {
    this.exports.cancel(id, user);
  }

  @Get(':id')
  @Permission('logs:read')
  detail(@Param() { id }: LogIdDto, @CurrentReader() reader: Reader): Promise<LogDetail> {
    return this.logs.detail(id, reader);
  }

  @Delete(':id/body')
  @Permission('logs:erase')
  @HttpCode(204)
  erase(@Param() { id }: LogIdDto, @CurrentReader() reader: Reader): Promise<void> {
    return this.logs.erase(id, reader);
  }
}
