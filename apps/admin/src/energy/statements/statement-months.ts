import { toLocal } from '@ollameter/cost-model';

/** `2026-11` and its name, the running month first, as many as were asked for. */
export function recentMonths(nowMs: number, zone: string, months: number): { id: string; name: string }[] {
  const local = new Date(toLocal(nowMs, zone));
  return Array.from({ length: months }, (_, index) => {
    const first = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - index));
    return {
      id: first.toISOString().slice(0, 7),
      name: first.toLocaleDateString(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
    };
  });
}
