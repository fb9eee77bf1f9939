import { Body, Delete, Get, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import type { MeterDetection, MeterItem, MeterList, MeterTest } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { auditSource } from '../../identity/audit-source';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { MeterDetector } from './meter-detector.service';
import { MeterTester } from './meter-tester.service';
import { MeterChangeDto, MeterIdDto, MeterInputDto, MeterTestDto } from './meter.dto';
import { MetersService } from './meters.service';

@AdminController('api/meters')
export class MetersController {
  constructor(
    private readonly meters: MetersService,
    private readonly tester: MeterTester,
    private readonly detector: MeterDetector,
  ) {}

  @Get()
  @Permission('energy:read')
  list(): Promise<MeterList> {
    return this.meters.list();
  }

  @Post()
  @Permission('meters:write')
  create(@Body() input: MeterInputDto, @Req() request: FastifyRequest): Promise<MeterItem> {
    return this.meters.create(input, auditSource(request));
  }

  @Post('test')
  @HttpCode(200)
  @Permission('meters:write')
  test(@Body() input: MeterTestDto, @Req() request: FastifyRequest): Promise<MeterTest> {
    return this.tester.test(input, auditSource(request));
  }

  @Post('detect')
  @HttpCode(200)
  @Permission('meters:write')
  detect(): Promise<MeterDetection> {
    return this.detector.detect();
  }

  @Patch(':id')
  @Permission('meters:write')
  change(
    @Param() { id }: MeterIdDto,
    @Body() change: MeterChangeDto,
    @Req() request: FastifyRequest,
  ): Promise<MeterItem> {
    return this.meters.change(id, change, auditSource(request));
  }

  @Delete(':id')
  @HttpCode(204)
  @Permission('meters:write')
  remove(@Param() { id }: MeterIdDto, @Req() request: FastifyRequest): Promise<void> {
    return this.meters.remove(id, auditSource(request));
  }
}
