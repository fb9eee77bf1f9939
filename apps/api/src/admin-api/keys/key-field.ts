import { applyDecorators } from '@nestjs/common';
import { IsOptional, Matches, ValidateIf } from 'class-validator';

/** May be left out; null is a value like any other, and mostly a wrong one. */
export const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** May be left out or null. */
export const Nullable = (): PropertyDecorator => IsOptional();

/** Text of bounded length; PostgreSQL text cannot hold U+0000. */
export const BoundedText = (min: number, max: number, each = false): PropertyDecorator =>
  applyDecorators(
    Matches(new RegExp(`^[^\\u0000]{${min},${max}}$`, 's'), {
      each,
      message: `must be text of ${min} to ${max} characters`,
    }),
  );
