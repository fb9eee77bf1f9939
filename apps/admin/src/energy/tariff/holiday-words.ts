import type { HolidayRule } from '@ollameter/admin-contract';

export const WEEKDAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTH_NAMES =
  'January February March April May June July August September October November December'.split(' ');
export const NTH_NAMES: Record<number, string> = {
  1: 'first',
  2: 'second',
  3: 'third',
  4: 'fourth',
  5: 'fifth',
  [-1]: 'last',
};

/** `4 July`, `the fourth Thursday of November`, `2026-12-24`. */
export function holidayWords(rule: HolidayRule): string {
  switch (rule.kind) {
    case 'date':
      return rule.date;
    case 'fixed':
      return `${rule.day} ${MONTH_NAMES[rule.month - 1] ?? ''}${rule.mondayAfterSunday === true ? ', or the Monday after a Sunday' : ''}`;
    case 'nth_weekday':
      return `the ${NTH_NAMES[rule.nth] ?? ''} ${WEEKDAY_NAMES[rule.weekday] ?? ''} of ${MONTH_NAMES[rule.month - 1] ?? ''}`;
  }
}
