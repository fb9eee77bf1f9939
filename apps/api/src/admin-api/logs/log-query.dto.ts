import { OUTCOMES } from '@ollameter/admin-contract';
import { IsUUID } from 'class-validator';
import { IntegerField, OneOfField, TextField, ZoneField } from '../query-fields';

const NAME_LENGTH = 256;

/** The parameters of `GET /api/logs`. */
export class LogQueryDto {
  @IntegerField(1, 100_000) page?: number;
  @IntegerField(1, 100) pageSize?: number;
  @TextField(40) cursor?: string;
  @TextField(200) q?: string;
  /** Id or name. */
  @TextField(NAME_LENGTH) key?: string;
  @TextField(NAME_LENGTH) model?: string;
  @TextField(NAME_LENGTH) endpoint?: string;
  @TextField(NAME_LENGTH) host?: string;
  @OneOfField([...OUTCOMES, 'all']) outcome?: string;
  @IntegerField(100, 599) status?: number;
  @TextField(40) from?: string;
  @TextField(40) to?: string;
  /** In which dates of `from` and `to` are read. */
  @ZoneField() timezone?: string;
}

export class LogIdDto {
  @IsUUID('all', { message: 'must be a UUID' })
  id!: string;
}
