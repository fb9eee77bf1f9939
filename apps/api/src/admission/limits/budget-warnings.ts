import type { ServerResponse } from 'node:http';
import type { Logger } from '@nestjs/common';
import type { BudgetSpan } from './budget-periods';
import type { PlannedBudget } from './limit-plan';
import { HOLDERS } from './limit-refusals';

/** Lists the budgets that are used up and only warn: `tokens/day of this API key`. */
export const BUDGET_WARNING_HEADER = 'x-ollameter-budget-warning';

/** Tells of budgets that only warn: every client in a header, the log once per period. */
export class BudgetWarnings {
  /** By budget, the start of the period that was told. */
  private readonly told = new Map<string, number>();

  constructor(private readonly logger: Logger) {}

  tell(budget: PlannedBudget, used: number, { fromMs }: BudgetSpan, response: ServerResponse | null): void {
    const { subject, unit, period, holder, amount } = budget;
    if (response?.headersSent === false)
      response.appendHeader(BUDGET_WARNING_HEADER, `${unit}/${period} of ${HOLDERS[holder]}`);
    const id = `${subject} ${unit} ${period}`;
    if (this.told.get(id) === fromMs) return;
    this.told.set(id, fromMs);
    this.logger.warn(`the ${unit} budget of ${subject} for this ${period} is used up: ${used} of ${amount}`);
  }
}
