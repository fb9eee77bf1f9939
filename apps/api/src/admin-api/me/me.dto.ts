import {
  type PasswordChange,
  TOKEN_SCOPES,
  type TokenInput,
  type TokenScope,
} from '@ollameter/admin-contract';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsISO8601,
  IsString,
  IsUUID,
  Matches,
} from 'class-validator';
import { Nullable, TextBody } from '../body-fields';

export class MyNameDto {
  @Nullable() @TextBody(1, 100) name?: string | null;
}

export class PasswordChangeDto implements PasswordChange {
  @TextBody(1, 1024) currentPassword!: string;
  @TextBody(10, 1024) newPassword!: string;
}

export class TokenInputDto implements TokenInput {
  @TextBody(1, 100) name!: string;

  @IsIn([...TOKEN_SCOPES], { each: true, message: `must be of ${TOKEN_SCOPES.join(', ')}` })
  @ArrayMinSize(1, { message: 'must name at least one scope' })
  @ArrayMaxSize(TOKEN_SCOPES.length, { message: 'must name each scope once' })
  @IsArray({ message: 'must be a list' })
  scopes!: TokenScope[];

  @Nullable()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: 'must be a time in ISO 8601' })
  expiresAt?: string | null;
}

export class OwnIdDto {
  @IsUUID('all', { message: 'must be a UUID' }) id!: string;
}

export class TotpCodeDto {
  @Matches(/^\d{6}$/, { message: 'must be six digits' })
  @IsString({ message: 'must be text' })
  code!: string;
}

export class PasswordDto {
  @TextBody(1, 1024) password!: string;
}
