import {
  BUDGET_PERIODS,
  BUDGET_UNITS,
  type Budget,
  type BudgetPeriod,
  type BudgetUnit,
  type Limits,
} from '@ollameter/admin-contract';
import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { IfGiven, Nullable } from '../keys/key-field';

const MOST = 1_000_000_000;
const WHOLE = { message: `must be a whole number from 1 to ${MOST}` };
const SUM = { message: 'must be a number above 0 with at most six decimals' };

export class BudgetDto implements Budget {
  @IsIn([...BUDGET_UNITS], { message: `must be one of ${BUDGET_UNITS.join(', ')}` })
  unit!: BudgetUnit;

  @IsIn([...BUDGET_PERIODS], { message: `must be one of ${BUDGET_PERIODS.join(', ')}` })
  period!: BudgetPeriod;

  @IsNumber({ maxDecimalPlaces: 6 }, SUM)
  @Min(0.000001, SUM)
  @Max(1e12, { message: 'must be at most 1e12' })
  amount!: number;

  @IsIn(['block', 'warn'], { message: 'must be block or warn' })
  action!: 'block' | 'warn';
}

export class LimitsDto implements Limits {
  @Nullable() @IsInt(WHOLE) @Min(1, WHOLE) @Max(MOST, WHOLE) requestsPerMinute?: number | null;

  @Nullable() @IsInt(WHOLE) @Min(1, WHOLE) @Max(MOST, WHOLE) tokensPerMinute?: number | null;

  @Nullable() @IsInt(WHOLE) @Min(1, WHOLE) @Max(MOST, WHOLE) concurrentRequests?: number | null;

  @IfGiven()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(BUDGET_UNITS.length * BUDGET_PERIODS.length, {
    message: 'has one budget per unit and period',
  })
  @ArrayUnique(({ unit, period }: BudgetDto) => `${unit} ${period}`, {
    message: 'has one budget per unit and period',
  })
  @ValidateNested({ each: true })
  @Type(() => BudgetDto)
  budgets?: BudgetDto[];
}

/** Limits as a field of another body. */
export const LimitsBody = (): PropertyDecorator =>
  applyDecorators(
    ValidateNested(),
    Type(() => LimitsDto),
    IsObject({ message: 'must be an object' }),
  );
