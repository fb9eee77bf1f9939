import { type Bucket, BUCKETS } from '@ollameter/admin-contract';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { PeriodQueryDto } from '../analytics/analytics-query.dto';
import { OneOfField, TextField } from '../query-fields';

export class EnergySeriesQueryDto extends PeriodQueryDto {
  @OneOfField(BUCKETS) bucket?: Bucket;
}

export class WhatIfQueryDto extends PeriodQueryDto {
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'must be the id of a tariff' })
  @Min(1)
  @Max(2_147_483_647)
  tariff?: number;
}

export class StatementQueryDto extends PeriodQueryDto {
  /** `2026-11` */
  @TextField(7) month?: string;
}
