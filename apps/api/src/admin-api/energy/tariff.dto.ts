import {
  DAY_KINDS,
  type DayKind,
  type HolidayRule,
  type PriceImport,
  type TariffInput,
  type TariffPlan,
  type UrdbImport,
} from '@ollameter/admin-contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IntegerField, TextField } from '../query-fields';
import { IsRateRecord, MAX_RATE_MICROS } from './rate-record.validator';

const Rate = () => (target: object, key: string) => {
  const message = `must be a whole number of millionths from -${MAX_RATE_MICROS} to ${MAX_RATE_MICROS}`;
  IsInt({ message })(target, key);
  Min(-MAX_RATE_MICROS, { message })(target, key);
  Max(MAX_RATE_MICROS, { message })(target, key);
};

const Label = () => (target: object, key: string) => {
  IsString({ message: 'must be text' })(target, key);
  IsNotEmpty({ message: 'must not be empty' })(target, key);
  MaxLength(100, { message: 'must have at most 100 characters' })(target, key);
  // eslint-disable-next-line no-control-regex -- PostgreSQL text cannot hold it
  Matches(/^[^\u0000]*$/, { message: 'must not hold U+0000' })(target, key);
};

class TierDto {
  @Label() name!: string;
  @Rate() adderMicrosPerKwh!: number;
}

class TieredDto {
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => TierDto)
  tiers?: TierDto[];
  @IsOptional() @Label() tier?: string;
}

class FlatPlanDto extends TieredDto {
  @IsIn(['flat']) kind!: 'flat';
  @Rate() rateMicrosPerKwh!: number;
}

class SeasonDto {
  @Label() name!: string;
  @Matches(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { message: 'must be a month and day such as 06-01' })
  from!: string;
  @IsRateRecord() rateMicrosPerKwh!: Record<string, number>;
}

class HolidayDto {
  @IsIn(['fixed', 'nth_weekday', 'date'], { message: 'must be fixed, nth_weekday or date' })
  kind!: HolidayRule['kind'];
  @Label() name!: string;
  @IsOptional() @IsInt() @Min(1) @Max(12) month?: number;
  @IsOptional() @IsInt() @Min(1) @Max(31) day?: number;
  @IsOptional() @IsBoolean() mondayAfterSunday?: boolean;
  @IsOptional() @IsInt() @Min(0) @Max(6) weekday?: number;
  @IsOptional() @IsIn([-1, 1, 2, 3, 4, 5], { message: 'must be 1 to 5, or -1 for the last' }) nth?: number;
  @IsOptional() @Matches(/^\d{4}-\d\d-\d\d$/, { message: 'must be a date such as 2026-12-24' }) date?: string;
}

class WindowDto {
  @IsOptional() @IsArray() @ArrayMaxSize(12) @IsString({ each: true }) seasons?: string[];
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(8)
  @IsIn([...DAY_KINDS], { each: true, message: `must be of ${DAY_KINDS.join(', ')}` })
  days?: DayKind[];
  @IsInt() @Min(0) @Max(1425) fromMinute!: number;
  @IsInt() @Min(15) @Max(1440) toMinute!: number;
  @Label() period!: string;
}

class TimeOfUsePlanDto extends TieredDto {
  @IsIn(['time_of_use']) kind!: 'time_of_use';
  @IsTimeZone({ message: 'must be an IANA time zone such as America/Los_Angeles' }) timezone!: string;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(12)
  @ValidateNested({ each: true })
  @Type(() => SeasonDto)
  seasons!: SeasonDto[];
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => HolidayDto)
  holidays!: HolidayDto[];
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => WindowDto)
  windows!: WindowDto[];
  @Label() otherwise!: string;
}

class DynamicPlanDto extends TieredDto {
  @IsIn(['dynamic']) kind!: 'dynamic';
  @IsIn([15, 30, 60], { message: 'must be 15, 30 or 60' }) stepMinutes!: 15 | 30 | 60;
  @Rate() fallbackRateMicrosPerKwh!: number;
  @IsOptional() @Rate() adderMicrosPerKwh?: number;
  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_tld: false, require_protocol: true },
    { message: 'must be an http(s) URL' },
  )
  @MaxLength(2000)
  priceUrl?: string;
  @IsOptional() @IsNumber() @Min(1e-6) @Max(1000) priceUnit?: number;
}

class UnknownPlanDto {
  @IsIn(['flat', 'time_of_use', 'dynamic'], { message: 'must be flat, time_of_use or dynamic' })
  kind!: string;
}

const Plan = () => (target: object, key: string) => {
  IsObject({ message: 'must be a plan with a kind' })(target, key);
  ValidateNested()(target, key);
  Type(() => UnknownPlanDto, {
    keepDiscriminatorProperty: true,
    discriminator: {
      property: 'kind',
      subTypes: [
        { value: FlatPlanDto, name: 'flat' },
        { value: TimeOfUsePlanDto, name: 'time_of_use' },
        { value: DynamicPlanDto, name: 'dynamic' },
      ],
    },
  })(target, key);
};

/** What both a new tariff and a changed one may say besides. */
class TariffNotesDto {
  @IsOptional()
  @IsInt({ message: 'must be a whole number of millionths' })
  @Min(0)
  @Max(1_000_000_000_000)
  fixedMicrosPerDay?: number;
  @IsOptional() @IsString() @MaxLength(500) source?: string;
  @IsOptional() @IsString() @MaxLength(40) sourceDate?: string;
  @IsOptional() @IsISO8601({ strict: true }, { message: 'must be ISO 8601, or null' }) validFrom?:
    string | null;
}

export class TariffInputDto extends TariffNotesDto implements TariffInput {
  @Label() name!: string;
  @Matches(/^[A-Z]{3}$/, { message: 'must be an ISO 4217 code such as USD' }) currency!: string;
  @Plan() plan!: TariffPlan;
}

export class TariffPatchDto extends TariffNotesDto implements Partial<TariffInput> {
  @IsOptional() @Label() name?: string;
  @IsOptional() @Matches(/^[A-Z]{3}$/, { message: 'must be an ISO 4217 code such as USD' }) currency?: string;
  @IsOptional() @Plan() plan?: TariffPlan;
}

export class PriceImportDto implements PriceImport {
  @IsString({ message: 'must be the prices as text' }) @IsNotEmpty() @MaxLength(5_000_000) text!: string;
  @IsOptional()
  @IsTimeZone({ message: 'must be an IANA time zone such as Europe/London' })
  timezone?: string;
  @IsOptional() @IsNumber() @Min(1e-6) @Max(1000) unit?: number;
}

export class UrdbImportDto implements UrdbImport {
  @IsString({ message: 'must be the rate as JSON text' }) @IsNotEmpty() @MaxLength(2_000_000) text!: string;
  @IsTimeZone({ message: 'must be an IANA time zone such as America/Los_Angeles' }) timezone!: string;
}

export class TariffIdDto {
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(2_147_483_647)
  id!: number;
}

/** A span, one week from now where not said. */
export class RatesQueryDto {
  @TextField(40) from?: string;
  @TextField(40) to?: string;
}

export class HoursQueryDto {
  @IntegerField(1, 168) hours?: number;
}
