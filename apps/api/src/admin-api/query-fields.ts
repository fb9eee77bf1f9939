import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsTimeZone, Matches, Max, MaxLength, Min } from 'class-validator';

/** A parameter that may be absent; `?name=` is absent too. */
const optional = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value)),
    IsOptional(),
  );

/** Text of bounded length; PostgreSQL text cannot hold U+0000. */
export const TextField = (maxLength: number): PropertyDecorator =>
  applyDecorators(
    optional(),
    // eslint-disable-next-line no-control-regex -- the one character that is refused
    Matches(/^[^\u0000]*$/, { message: 'must not hold U+0000' }),
    MaxLength(maxLength, { message: `must have at most ${maxLength} characters` }),
    IsString({ message: 'must be given once, as text' }),
  );

/** A whole number, digits only. */
export const IntegerField = (min: number, max: number): PropertyDecorator => {
  const message = `must be a whole number from ${min} to ${max}`;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value === '' ? undefined : value,
    ),
    IsOptional(),
    Max(max, { message }),
    Min(min, { message }),
    IsInt({ message }),
  );
};

/** A decimal amount, kept as text so that it stays exact. */
export const AmountField = (): PropertyDecorator =>
  applyDecorators(
    optional(),
    Matches(/^\d{1,12}(\.\d{1,12})?$/, {
      message: 'must be an amount such as 0.005, at most 12 digits behind the point',
    }),
  );

export const OneOfField = (values: readonly string[]): PropertyDecorator =>
  applyDecorators(optional(), IsIn([...values], { message: `must be one of ${values.join(', ')}` }));

/** `true` or `false`, kept as text. */
export const FlagField = (): PropertyDecorator => OneOfField(['true', 'false']);

/** An IANA zone. */
export const ZoneField = (): PropertyDecorator =>
  applyDecorators(
    optional(),
    IsTimeZone({ message: 'must be an IANA time zone such as America/Los_Angeles' }),
  );
