import type { DayKind } from '@ollameter/admin-contract';

/** Monday first, as the portal's weeks. */
export const WEEKDAYS: readonly { kind: DayKind; short: string; name: string }[] = [
  { kind: 'mon', short: 'Mon', name: 'Monday' },
  { kind: 'tue', short: 'Tue', name: 'Tuesday' },
  { kind: 'wed', short: 'Wed', name: 'Wednesday' },
  { kind: 'thu', short: 'Thu', name: 'Thursday' },
  { kind: 'fri', short: 'Fri', name: 'Friday' },
  { kind: 'sat', short: 'Sat', name: 'Saturday' },
  { kind: 'sun', short: 'Sun', name: 'Sunday' },
];
