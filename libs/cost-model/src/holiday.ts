import type { HolidayRule } from './tariff-plan';

const DAY_MS = 86_400_000;
const SUNDAY = 0;
const MONDAY = 1;

/**
 * Whether a local date is a holiday by any of the rules.
 * @param month 1–12
 * @param day 1–31
 */
export function isHoliday(rules: readonly HolidayRule[], year: number, month: number, day: number): boolean {
  return rules.some((rule) => falls(rule, new Date(Date.UTC(year, month - 1, day))));
}

function falls(rule: HolidayRule, date: Date): boolean {
  switch (rule.kind) {
    case 'date':
      return date.toISOString().startsWith(rule.date);
    case 'fixed':
      return isOn(rule, date) || (rule.mondayAfterSunday === true && isMondayAfter(rule, date));
    case 'nth_weekday':
      return isNthWeekday(rule, date);
  }
}

function isOn({ month, day }: { month: number; day: number }, date: Date): boolean {
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
}

function isMondayAfter(rule: { month: number; day: number }, date: Date): boolean {
  const before = new Date(date.getTime() - DAY_MS);
  return date.getUTCDay() === MONDAY && before.getUTCDay() === SUNDAY && isOn(rule, before);
}

function isNthWeekday(
  { month, weekday, nth }: { month: number; weekday: number; nth: number },
  date: Date,
): boolean {
  if (date.getUTCMonth() + 1 !== month || date.getUTCDay() !== weekday) return false;
  if (nth > 0) return Math.ceil(date.getUTCDate() / 7) === nth;
  return new Date(date.getTime() + 7 * DAY_MS).getUTCMonth() + 1 !== month;
}
