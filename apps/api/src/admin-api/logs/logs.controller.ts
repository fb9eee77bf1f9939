import { Get, Param, Query } from '@nestjs/common';
import type { LogDetail, LogPage } from '@ollameter/admin-contract';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { LogIdDto, LogQueryDto } from './log-query.dto';
import { LogService } from './log.service';

@AdminController('api/logs')
export class LogsController {
  constructor(private readonly logs: LogService) {}

  @Get()
  @Permission('logs:read')
  page(@Query() query: LogQueryDto): Promise<LogPage> {
    return this.logs.page(query);
  }

  @Get(':id')
  @Permission('logs:read')
  detail(@Param() { id }: LogIdDto): Promise<LogDetail> {
    return this.logs.detail(id);
  }
}
