import type { LoginRequest } from '@ollameter/admin-contract';
import { IsString, Length } from 'class-validator';
import { Optional, TextBody } from '../body-fields';

export class LoginDto implements LoginRequest {
  @Length(1, 254, { message: 'must have 1 to 254 characters' })
  @IsString({ message: 'must be text' })
  email!: string;

  /** Long enough for any passphrase, short enough not to feed the hash with megabytes. */
  @Length(1, 1024, { message: 'must have 1 to 1024 characters' })
  @IsString({ message: 'must be text' })
  password!: string;

  @Optional()
  @TextBody(6, 20)
  code?: string;
}
