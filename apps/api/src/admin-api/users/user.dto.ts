import { ROLES, type Role, type UserChange, type UserInput } from '@ollameter/admin-contract';
import { IsEmail, IsUUID } from 'class-validator';
import { LimitsBody, LimitsDto } from '../limits/limits.dto';
import { FlagBody, Nullable, OneOfBody, Optional, TextBody } from '../body-fields';

const EmailBody = () => IsEmail({ require_tld: false }, { message: 'must be an e-mail address' });

export class UserInputDto implements UserInput {
  @TextBody(3, 254) @EmailBody() email!: string;
  @Nullable() @TextBody(1, 100) name?: string | null;
  @OneOfBody(ROLES) role!: Role;
  @Optional() @FlagBody() readsPrompts?: boolean;
  @Optional() @LimitsBody() limits?: LimitsDto;
}

export class UserChangeDto implements UserChange {
  @Optional() @TextBody(3, 254) @EmailBody() email?: string;
  @Nullable() @TextBody(1, 100) name?: string | null;
  @Optional() @OneOfBody(ROLES) role?: Role;
  @Optional() @FlagBody() readsPrompts?: boolean;
  @Optional() @FlagBody() disabled?: boolean;
  @Optional() @LimitsBody() limits?: LimitsDto;
}

export class UserIdDto {
  @IsUUID('all', { message: 'must be a UUID' }) id!: string;
}

export class UserSessionIdDto extends UserIdDto {
  @IsUUID('all', { message: 'must be a UUID' }) sessionId!: string;
}
