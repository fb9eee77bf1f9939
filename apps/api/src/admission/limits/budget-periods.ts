import { BUDGET_PERIODS, type BudgetPeriod } from '@ollameter/admin-contract';
import { nextStart, startOf } from '../../calendar/calendar-unit';

/** Unix ms; `toMs` is exclusive. */
export interface BudgetSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export type BudgetSpans = Readonly<Record<BudgetPeriod, BudgetSpan>>;

/** The calendar's day, week (from Monday) and month that are now; worked out once for each. */
export class BudgetPeriods {
  private zone = '';
  private validUntilMs = 0;
  private spans: BudgetSpans | null = null;

  at(nowMs: number, zone: string): BudgetSpans {
    if (
      this.spans !== null &&
      zone === this.zone &&
      nowMs < this.validUntilMs &&
      nowMs >= this.spans.day.fromMs
    )
      return this.spans;
    const span = (period: BudgetPeriod): BudgetSpan => ({
      fromMs: startOf(period, nowMs, zone),
      toMs: nextStart(period, nowMs, zone),
    });
    this.spans = { day: span('day'), week: span('week'), month: span('month') };
    this.zone = zone;
    this.validUntilMs = Math.min(...BUDGET_PERIODS.map((period) => span(period).toMs));
    return this.spans;
  }
}
