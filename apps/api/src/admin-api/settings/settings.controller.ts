import { Body, Get, HttpCode, Patch, Post, Req } from '@nestjs/common';
import type { RedactionTrialAnswer, SettingList, SettingsChange } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { auditSource } from '../../identity/audit-source';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { RedactionTrialDto } from './redaction-trial.dto';
import { SettingsService } from './settings.service';

@AdminController('api/settings')
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  @Get()
  @Permission('settings:read')
  list(): Promise<SettingList> {
    return this.settings.list();
  }

  @Patch()
  @Permission('settings:write')
  change(@Body() body: SettingsChange, @Req() request: FastifyRequest): Promise<SettingList> {
    return this.settings.change(body, auditSource(request));
  }

  @Post('redaction/try')
  @Permission('settings:write')
  @HttpCode(200)
  tryRedaction(@Body() body: RedactionTrialDto): RedactionTrialAnswer {
    return this.settings.tryRedaction(body);
  }
}
