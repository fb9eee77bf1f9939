import { applyDecorators } from '@nestjs/common';
import { type OwnKeys, ROLES, type Role, type UserChange, type UserInput } from '@ollameter/admin-contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsInt,
  IsObject,
  IsUUID,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { LimitsBody, LimitsDto } from '../limits/limits.dto';
import { BoundedText } from '../keys/key-field';
import { FlagBody, Nullable, OneOfBody, Optional, TextBody } from '../body-fields';

const EmailBody = () => IsEmail({ require_tld: false }, { message: 'must be an e-mail address' });

const MOST_KEYS = { message: 'must be a whole number from 0 to 1000' };

export class OwnKeysDto implements OwnKeys {
  @IsInt(MOST_KEYS) @Min(0, MOST_KEYS) @Max(1000, MOST_KEYS) max!: number;

  @BoundedText(1, 256, true)
  @ArrayMaxSize(200, { message: 'must have at most 200 entries' })
  @IsArray({ message: 'must be a list' })
  allowedModels!: string[];
}

const OwnKeysBody = (): PropertyDecorator =>
  applyDecorators(
    ValidateNested(),
    Type(() => OwnKeysDto),
    IsObject({ message: 'must be an object' }),
  );

export class UserInputDto implements UserInput {
  @TextBody(3, 254) @EmailBody() email!: string;
  @Nullable() @TextBody(1, 100) name?: string | null;
  @OneOfBody(ROLES) role!: Role;
  @Optional() @FlagBody() readsPrompts?: boolean;
  @Optional() @LimitsBody() limits?: LimitsDto;
  @Optional() @OwnKeysBody() ownKeys?: OwnKeysDto;
}

export class UserChangeDto implements UserChange {
  @Optional() @TextBody(3, 254) @EmailBody() email?: string;
  @Nullable() @TextBody(1, 100) name?: string | null;
  @Optional() @OneOfBody(ROLES) role?: Role;
  @Optional() @FlagBody() readsPrompts?: boolean;
  @Optional() @FlagBody() disabled?: boolean;
  @Optional() @LimitsBody() limits?: LimitsDto;
  @Optional() @OwnKeysBody() ownKeys?: OwnKeysDto;
}

export class UserIdDto {
  @IsUUID('all', { message: 'must be a UUID' }) id!: string;
}

export class UserSessionIdDto extends UserIdDto {
  @IsUUID('all', { message: 'must be a UUID' }) sessionId!: string;
}
