/**
 * What a tariff says, as it is stored and sent. The admin API's `TariffPlan` has the same shape; this library
 * depends on nothing, so it states what it needs.
 */

/** A rule for days on which `holiday` windows apply instead of the weekday's. */
export type HolidayRule =
  | {
      readonly kind: 'fixed';
      readonly month: number;
      readonly day: number;
      readonly mondayAfterSunday?: boolean | undefined;
    }
  | { readonly kind: 'nth_weekday'; readonly month: number; readonly weekday: number; readonly nth: number }
  | { readonly kind: 'date'; readonly date: string };

export const DAY_KINDS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'holiday'] as const;
export type DayKind = (typeof DAY_KINDS)[number];

interface Tiered {
  readonly tiers?: readonly { readonly name: string; readonly adderMicrosPerKwh: number }[] | undefined;
  /** The tier that the household is in; the first where not said. */
  readonly tier?: string | undefined;
}

export interface FlatPlan extends Tiered {
  readonly kind: 'flat';
  readonly rateMicrosPerKwh: number;
}

/** From `from` (`06-01`) until the next season begins, every year. */
export interface Season {
  readonly name: string;
  readonly from: string;
  readonly rateMicrosPerKwh: Readonly<Record<string, number>>;
}

/** Minutes of the local day, the end exclusive; the first window that fits applies. */
export interface Window {
  readonly seasons?: readonly string[] | undefined;
  readonly days?: readonly DayKind[] | undefined;
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly period: string;
}

export interface TimeOfUsePlan extends Tiered {
  readonly kind: 'time_of_use';
  readonly timezone: string;
  readonly seasons: readonly Season[];
  readonly holidays: readonly HolidayRule[];
  readonly windows: readonly Window[];
  readonly otherwise: string;
}

export interface DynamicPlan extends Tiered {
  readonly kind: 'dynamic';
  readonly stepMinutes: 15 | 30 | 60;
  readonly fallbackRateMicrosPerKwh: number;
  readonly adderMicrosPerKwh?: number | undefined;
}

export type TariffPlan = FlatPlan | TimeOfUsePlan | DynamicPlan;

/** What the household's tier adds to every rate, µ¤/kWh. */
export function tierAdder(plan: TariffPlan): number {
  const tiers = plan.tiers ?? [];
  const tier = plan.tier === undefined ? tiers[0] : tiers.find(({ name }) => name === plan.tier);
  return tier?.adderMicrosPerKwh ?? 0;
}
