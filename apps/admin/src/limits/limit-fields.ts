import { FormArray, FormControl, FormGroup, Validators } from '@angular/forms';
import type { Budget, Limits } from '@ollameter/admin-contract';

const figure = (value: number | null | undefined) =>
  new FormControl<number | null>(value ?? null, { validators: [Validators.min(1)] });

export function budgetFields(budget: Budget) {
  return new FormGroup({
    unit: new FormControl(budget.unit, { nonNullable: true }),
    period: new FormControl(budget.period, { nonNullable: true }),
    amount: new FormControl<number | null>(budget.amount, { validators: [Validators.required] }),
    action: new FormControl(budget.action, { nonNullable: true }),
  });
}

/** The controls of limits, for a form of their own or as part of another. */
export function limitControls(limits: Limits | null) {
  return {
    requestsPerMinute: figure(limits?.requestsPerMinute),
    tokensPerMinute: figure(limits?.tokensPerMinute),
    concurrentRequests: figure(limits?.concurrentRequests),
    budgets: new FormArray((limits?.budgets ?? []).map(budgetFields)),
  };
}

export type LimitControls = ReturnType<typeof limitControls>;
export type LimitForm = FormGroup<LimitControls>;

/** What the controls say, as the API takes it. */
export function toLimits({
  requestsPerMinute,
  tokensPerMinute,
  concurrentRequests,
  budgets,
}: ReturnType<LimitForm['getRawValue']>): Limits {
  return {
    requestsPerMinute,
    tokensPerMinute,
    concurrentRequests,
    budgets: budgets.map((budget) => ({ ...budget, amount: budget.amount ?? 0 })),
  };
}
