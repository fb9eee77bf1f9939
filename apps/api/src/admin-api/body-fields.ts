import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsIn, IsString, Length, Matches, ValidateIf } from 'class-validator';

/** The field may be left out, and only that. */
export const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** The field may be left out or null. */
export const Nullable = (): PropertyDecorator =>
  ValidateIf((_, value) => value !== undefined && value !== null);

/** Text of bounded length in a JSON body, without U+0000, which PostgreSQL cannot hold. */
export const TextBody = (min: number, max: number): PropertyDecorator =>
  applyDecorators(
    // eslint-disable-next-line no-control-regex -- the one character that is refused
    Matches(/^[^\u0000]*$/, { message: 'must not hold U+0000' }),
    Length(min, max, { message: `must have ${min} to ${max} characters` }),
    IsString({ message: 'must be text' }),
  );

export const OneOfBody = (values: readonly string[]): PropertyDecorator =>
  IsIn([...values], { message: `must be one of ${values.join(', ')}` });

export const FlagBody = (): PropertyDecorator => IsBoolean({ message: 'must be true or false' });
