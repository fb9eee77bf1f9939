import {
  type Bucket,
  BUCKETS,
  ENERGY_GROUPS,
  type EnergyGroup,
  type Period,
  PERIODS,
} from '@ollameter/admin-contract';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { EXPORT_FORMATS, type ExportFormat } from '../export/export-format';
import { FlagField, OneOfField, TextField, ZoneField } from '../query-fields';

/** Which time, in which zone, and whether the demo host counts. */
export class ReportQueryDto {
  @OneOfField(PERIODS) period?: Period;
  @TextField(40) from?: string;
  @TextField(40) to?: string;
  @ZoneField() timezone?: string;
  @FlagField() demo?: 'true' | 'false';
}

export class EnergySeriesQueryDto extends ReportQueryDto {
  @OneOfField(BUCKETS) bucket?: Bucket;
}

export class EnergySeriesExportDto extends EnergySeriesQueryDto {
  @OneOfField(EXPORT_FORMATS) format?: ExportFormat;
  @FlagField() gzip?: 'true' | 'false';
}

export class EnergyBreakdownQueryDto extends ReportQueryDto {
  @IsIn([...ENERGY_GROUPS], { message: `must be one of ${ENERGY_GROUPS.join(', ')}` })
  by!: EnergyGroup;
}

export class EnergyBreakdownExportDto extends EnergyBreakdownQueryDto {
  @OneOfField(EXPORT_FORMATS) format?: ExportFormat;
  @FlagField() gzip?: 'true' | 'false';
}

export class LeagueExportDto extends ReportQueryDto {
  @OneOfField(EXPORT_FORMATS) format?: ExportFormat;
  @FlagField() gzip?: 'true' | 'false';
}

export class WhatIfQueryDto extends ReportQueryDto {
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'must be the id of a tariff' })
  @Min(1)
  @Max(2_147_483_647)
  tariff?: number;
}

export class StatementQueryDto extends ReportQueryDto {
  /** `2026-11` */
  @TextField(7) month?: string;
}

export class StatementExportDto extends StatementQueryDto {
  @OneOfField(EXPORT_FORMATS) format?: ExportFormat;
  @FlagField() gzip?: 'true' | 'false';
}
