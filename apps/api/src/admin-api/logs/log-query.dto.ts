import { OUTCOMES } from '@ollameter/admin-contract';
import { IsUUID } from 'class-validator';
import { EXPORT_FORMATS, type ExportFormat } from '../export/export-format';
import { AmountField, FlagField, IntegerField, OneOfField, TextField, ZoneField } from '../query-fields';

const NAME_LENGTH = 256;
const MAX_FIGURE = 999_999_999;

/** Which rows of the log. */
export class LogFilterDto {
  @TextField(200) q?: string;
  /** Id or name. */
  @TextField(NAME_LENGTH) key?: string;
  @TextField(NAME_LENGTH) model?: string;
  @TextField(NAME_LENGTH) endpoint?: string;
  @TextField(NAME_LENGTH) host?: string;
  @OneOfField([...OUTCOMES, 'all']) outcome?: string;
  @IntegerField(100, 599) status?: number;
  @IntegerField(0, MAX_FIGURE) minDurationMs?: number;
  @IntegerField(0, MAX_FIGURE) maxDurationMs?: number;
  /** Prompt and answer together. */
  @IntegerField(0, MAX_FIGURE) minTokens?: number;
  @IntegerField(0, MAX_FIGURE) maxTokens?: number;
  /** Decimal amounts of the row's own currency. */
  @AmountField() minCost?: string;
  @AmountField() maxCost?: string;
  @TextField(40) from?: string;
  @TextField(40) to?: string;
  /** In which dates of `from` and `to` are read. */
  @ZoneField() timezone?: string;
}

/** The parameters of `GET /api/logs`. */
export class LogQueryDto extends LogFilterDto {
  @IntegerField(1, 100_000) page?: number;
  @IntegerField(1, 100) pageSize?: number;
  @TextField(40) cursor?: string;
}

/** The parameters of `GET /api/logs/export`. */
export class LogExportDto extends LogFilterDto {
  @OneOfField(EXPORT_FORMATS) format?: ExportFormat;
  /** A `.gz` file. */
  @FlagField() gzip?: 'true' | 'false';
  /** Prompts and answers too. */
  @FlagField() texts?: 'true' | 'false';
}

export class LogIdDto {
  @IsUUID('all', { message: 'must be a UUID' })
  id!: string;
}
