import { IntegerField, OneOfField, TextField, ZoneField } from '../query-fields';

/** Which entries; the same for the list and its export. */
export class AuditFilterDto {
  /** Anywhere in who, what, whom, before and after. */
  @TextField(200) q?: string;
  /** Id or name of who did it. */
  @TextField(254) actor?: string;
  /** `key.revoke`, or all of a kind: `key`. */
  @TextField(100) action?: string;
  /** Id, name or type of what it was done to. */
  @TextField(254) target?: string;
  @TextField(40) from?: string;
  @TextField(40) to?: string;
  /** In which dates of `from` and `to` are read. */
  @ZoneField() timezone?: string;
}

export class AuditQueryDto extends AuditFilterDto {
  @TextField(40) cursor?: string;
  @IntegerField(1, 200) pageSize?: number;
}

export class AuditExportDto extends AuditFilterDto {
  @OneOfField(['csv', 'json']) format?: 'csv' | 'json';
}
