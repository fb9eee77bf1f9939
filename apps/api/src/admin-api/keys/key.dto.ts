import {
  KEY_ENDPOINTS,
  KEY_LOG_POLICIES,
  KEY_STATES,
  type KeyChange,
  type KeyEndpoint,
  type KeyInput,
  type KeyLogPolicy,
  type KeyRevocation,
  type KeyRotation,
  type PriorityClass,
  PRIORITY_CLASSES,
} from '@ollameter/admin-contract';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  registerDecorator,
} from 'class-validator';
import { isIpRange } from '../../auth/ip-ranges';
import { IntegerField, OneOfField, TextField } from '../query-fields';
import { BoundedText, IfGiven, Nullable } from './key-field';
import { LimitsBody, LimitsDto } from '../limits/limits.dto';

const LIST = { message: 'must be a list' };
const WEIGHT = { message: 'must be a whole number from 1 to 100' };
const GRACE = { message: 'must be a whole number of seconds from 0 to 2592000 (30 days)' };

const IsIpRanges = (): PropertyDecorator => (target, propertyName) =>
  registerDecorator({
    name: 'isIpRanges',
    target: target.constructor,
    propertyName: String(propertyName),
    options: { message: 'must hold addresses or CIDR ranges such as 192.168.1.0/24 or 2001:db8::/32' },
    validator: {
      validate: (value: unknown) =>
        Array.isArray(value) && value.every((range) => typeof range === 'string' && isIpRange(range)),
    },
  });

/** What is the same for a new key and for a change. */
class KeyFields {
  @Nullable() @BoundedText(0, 2000) note?: string | null;

  @Nullable() @IsUUID('all', { message: 'must be the UUID of a user' }) ownerId?: string | null;

  @IfGiven()
  @BoundedText(1, 256, true)
  @ArrayMaxSize(200, { message: 'must have at most 200 entries' })
  @IsArray(LIST)
  allowedModels?: string[];

  @IfGiven()
  @IsIn([...KEY_ENDPOINTS], { each: true, message: `must hold only ${KEY_ENDPOINTS.join(', ')}` })
  @ArrayMaxSize(KEY_ENDPOINTS.length, { message: 'must name each endpoint once' })
  @IsArray(LIST)
  endpoints?: KeyEndpoint[];

  @Nullable() @MaxLength(40) @IsString({ message: 'must be text' }) expiresAt?: string | null;

  @IfGiven() @LimitsBody() limits?: LimitsDto;

  @Nullable()
  @IsIn([...KEY_LOG_POLICIES], { message: `must be one of ${KEY_LOG_POLICIES.join(', ')}` })
  logPolicy?: KeyLogPolicy | null;

  @IfGiven()
  @IsIn([...PRIORITY_CLASSES], { message: `must be one of ${PRIORITY_CLASSES.join(', ')}` })
  priority?: PriorityClass;

  @IfGiven() @Max(100, WEIGHT) @Min(1, WEIGHT) @IsInt(WEIGHT) weight?: number;

  @IfGiven()
  @IsIpRanges()
  @ArrayMaxSize(100, { message: 'must have at most 100 entries' })
  @IsArray(LIST)
  ipRanges?: string[];

  @IfGiven() @IsBoolean({ message: 'must be true or false' }) mayReload?: boolean;
}

export class KeyInputDto extends KeyFields implements KeyInput {
  @BoundedText(1, 100) @IsDefined({ message: 'is required' }) name!: string;
}

export class KeyChangeDto extends KeyFields implements KeyChange {
  @IfGiven() @BoundedText(1, 100) name?: string;
}

export class KeyRotationDto implements KeyRotation {
  @IfGiven() @Max(2_592_000, GRACE) @Min(0, GRACE) @IsInt(GRACE) graceSeconds?: number;
}

export class KeyRevocationDto implements KeyRevocation {
  @Nullable() @BoundedText(0, 200) reason?: string | null;
}

/** The parameters of `GET /api/keys`. */
export class KeyQueryDto {
  @IntegerField(1, 100_000) page?: number;
  @IntegerField(1, 200) pageSize?: number;
  @TextField(100) q?: string;
  @OneOfField(KEY_STATES) state?: string;
  @TextField(36) ownerId?: string;
}

export class KeyIdDto {
  @IsUUID('all', { message: 'must be a UUID' }) id!: string;
}
