import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import type {
  PriceImportResult,
  RateSeries,
  TariffItem,
  TariffList,
  TariffPreset,
  UrdbImportResult,
} from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { auditSource } from '../../identity/audit-source';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import {
  PriceImportDto,
  RatesQueryDto,
  TariffIdDto,
  TariffInputDto,
  TariffPatchDto,
  UrdbImportDto,
} from './tariff.dto';
import { TariffsService } from './tariffs.service';
import { UrdbImports } from './urdb-import.service';

@AdminController('api/tariffs')
export class TariffsController {
  constructor(
    private readonly tariffs: TariffsService,
    private readonly urdb: UrdbImports,
  ) {}

  @Get()
  @Permission('energy:read')
  list(): Promise<TariffList> {
    return this.tariffs.list();
  }

  @Get('presets')
  @Permission('energy:read')
  presets(): readonly TariffPreset[] {
    return this.tariffs.presets;
  }

  @Post()
  @Permission('energy:write')
  create(@Body() input: TariffInputDto, @Req() request: FastifyRequest): Promise<TariffItem> {
    return this.tariffs.create(input, auditSource(request));
  }

  @Post('preview')
  @HttpCode(200)
  @Permission('energy:read')
  preview(@Body() input: TariffInputDto, @Query() query: RatesQueryDto): RateSeries {
    return this.tariffs.preview(input, query);
  }

  @Post('import/urdb')
  @HttpCode(200)
  @Permission('energy:read')
  importUrdb(@Body() document: UrdbImportDto): UrdbImportResult {
    return this.urdb.read(document);
  }

  @Get(':id')
  @Permission('energy:read')
  item(@Param() { id }: TariffIdDto): Promise<TariffItem> {
    return this.tariffs.item(id);
  }

  @Patch(':id')
  @Permission('energy:write')
  change(
    @Param() { id }: TariffIdDto,
    @Body() patch: TariffPatchDto,
    @Req() request: FastifyRequest,
  ): Promise<TariffItem> {
    return this.tariffs.change(id, patch, auditSource(request));
  }

  @Delete(':id')
  @HttpCode(204)
  @Permission('energy:write')
  remove(@Param() { id }: TariffIdDto, @Req() request: FastifyRequest): Promise<void> {
    return this.tariffs.remove(id, auditSource(request));
  }

  @Get(':id/rates')
  @Permission('energy:read')
  rates(@Param() { id }: TariffIdDto, @Query() query: RatesQueryDto): Promise<RateSeries> {
    return this.tariffs.rates(id, query);
  }

  @Post(':id/prices')
  @HttpCode(200)
  @Permission('energy:write')
  importPrices(
    @Param() { id }: TariffIdDto,
    @Body() prices: PriceImportDto,
    @Req() request: FastifyRequest,
  ): Promise<PriceImportResult> {
    return this.tariffs.importPrices(id, prices, auditSource(request));
  }

  @Post(':id/prices/fetch')
  @HttpCode(200)
  @Permission('energy:write')
  fetchPrices(@Param() { id }: TariffIdDto, @Req() request: FastifyRequest): Promise<PriceImportResult> {
    return this.tariffs.fetchPrices(id, auditSource(request));
  }
}
