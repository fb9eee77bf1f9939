import type { TariffPlan, TimeOfUsePlan } from '@ollameter/admin-contract';
import { type FieldError, InvalidFieldsError } from '../invalid-fields.error';

/**
 * What the fields of a plan cannot say each by itself: names must lead somewhere, so that every instant has a rate.
 * @throws InvalidFieldsError naming `plan.…`
 */
export function checkPlan(plan: TariffPlan): void {
  const errors: FieldError[] = [];
  if (plan.tier !== undefined && !(plan.tiers ?? []).some(({ name }) => name === plan.tier))
    errors.push({ field: 'plan.tier', message: 'must be the name of one of the tiers' });
  if (plan.kind === 'time_of_use') errors.push(...timeOfUseErrors(plan));
  if (errors.length > 0) throw new InvalidFieldsError(errors);
}

function timeOfUseErrors(plan: TimeOfUsePlan): FieldError[] {
  const names = plan.seasons.map(({ name }) => name);
  const errors: FieldError[] = [];
  if (new Set(names).size < names.length || new Set(plan.seasons.map(({ from }) => from)).size < names.length)
    errors.push({ field: 'plan.seasons', message: 'must have different names and starts' });
  const needs = (field: string, period: string, seasons: readonly string[]) => {
    const missing = plan.seasons.find(
      (season) => seasons.includes(season.name) && !Object.hasOwn(season.rateMicrosPerKwh, period),
    );
    if (missing !== undefined)
      errors.push({ field, message: `season '${missing.name}' has no rate for '${period}'` });
  };
  needs('plan.otherwise', plan.otherwise, names);
  for (const [index, window] of plan.windows.entries()) {
    const field = `plan.windows.${index}`;
    if (window.fromMinute % 15 !== 0 || window.toMinute % 15 !== 0 || window.fromMinute >= window.toMinute)
      errors.push({
        field: `${field}.fromMinute`,
        message: 'must be a multiple of 15, as toMinute, and before it',
      });
    if (window.seasons?.some((name) => !names.includes(name)) === true)
      errors.push({ field: `${field}.seasons`, message: 'must be names of the seasons' });
    needs(`${field}.period`, window.period, window.seasons ?? names);
  }
  for (const [index, rule] of plan.holidays.entries()) {
    const given: Record<string, unknown> = { ...rule };
    const required = { fixed: ['month', 'day'], nth_weekday: ['month', 'weekday', 'nth'], date: ['date'] };
    for (const name of required[rule.kind])
      if (given[name] === undefined)
        errors.push({ field: `plan.holidays.${index}.${name}`, message: `is needed by ${rule.kind}` });
  }
  return errors;
}
