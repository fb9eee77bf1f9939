import {
  BREAKDOWN_KINDS,
  type BreakdownBy,
  type Bucket,
  BUCKETS,
  type Period,
  PERIODS,
} from '@ollameter/admin-contract';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { EXPORT_FORMATS, type ExportFormat } from '../export/export-format';
import { FlagField, OneOfField, TextField, ZoneField } from '../query-fields';

export const SERIES_GROUPS = ['model', 'key', 'endpoint'] as const;
export type SeriesGroup = (typeof SERIES_GROUPS)[number];

/** Which time, in which zone, of which key, and whether the demo host's rows count. */
export class PeriodQueryDto {
  @OneOfField(PERIODS) period?: Period;
  @TextField(40) from?: string;
  @TextField(40) to?: string;
  @ZoneField() timezone?: string;
  @FlagField() demo?: 'true' | 'false';
  @IsOptional() @IsUUID('all', { message: 'must be the UUID of a key' }) key?: string;
}

export class SeriesQueryDto extends PeriodQueryDto {
  @OneOfField(BUCKETS) bucket?: Bucket;
  @OneOfField(SERIES_GROUPS) groupBy?: SeriesGroup;
}

export class BreakdownQueryDto extends PeriodQueryDto {
  @IsIn([...BREAKDOWN_KINDS], { message: `must be one of ${BREAKDOWN_KINDS.join(', ')}` })
  by!: BreakdownBy;
}

export class OverviewExportDto extends PeriodQueryDto {
  @OneOfField(EXPORT_FORMATS) format?: ExportFormat;
  @FlagField() gzip?: 'true' | 'false';
}

export class SeriesExportDto extends SeriesQueryDto {
  @OneOfField(EXPORT_FORMATS) format?: ExportFormat;
  @FlagField() gzip?: 'true' | 'false';
}

export class BreakdownExportDto extends BreakdownQueryDto {
  @OneOfField(EXPORT_FORMATS) format?: ExportFormat;
  @FlagField() gzip?: 'true' | 'false';
}
