import { Body, Get, Put, Req } from '@nestjs/common';
import type { SharedLimits } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { auditSource } from '../../identity/audit-source';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { AllLimitsService } from './all-limits.service';
import { LimitsDto } from './limits.dto';

@AdminController('api/limits')
export class LimitsController {
  constructor(private readonly limits: AllLimitsService) {}

  @Get('all')
  @Permission('settings:read')
  read(): Promise<SharedLimits> {
    return this.limits.read();
  }

  @Put('all')
  @Permission('settings:write')
  replace(@Body() limits: LimitsDto, @Req() request: FastifyRequest): Promise<SharedLimits> {
    return this.limits.replace(limits, auditSource(request));
  }
}
