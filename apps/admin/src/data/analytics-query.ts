import { Service, inject } from '@angular/core';
import type { PeriodChoice } from '../ui/period-choice';
import { StatusFeed } from './status-feed';
import { TimeZone } from './time-zone';

const DAY_MS = 86_400_000;

/** The parameters that every question of analytics has in common. */
@Service()
export class AnalyticsQuery {
  private readonly feed = inject(StatusFeed).feed;
  private readonly zone = inject(TimeZone).zone;

  /**
   * Period, zone, and whether the demo host counts: it does as long as there is nothing else. Undefined until the
   * gateway's status is known or failed, so that nothing is asked twice.
   */
  params(choice: PeriodChoice): Record<string, string> | undefined {
    const common = this.common();
    const time = 'period' in choice ? choice : { from: choice.from, to: dayAfter(choice.to) };
    return common === undefined ? undefined : { ...common, ...time };
  }

  /** The same for two moments, `to` exclusive. */
  span(fromMs: number, toMs: number): Record<string, string> | undefined {
    const common = this.common();
    if (common === undefined) return undefined;
    return { ...common, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  }

  /** What belongs to every question, whatever its time. */
  common(): Record<string, string> | undefined {
    if (this.feed.isPending()) return undefined;
    return { timezone: this.zone(), ...(this.feed.value()?.demo ? { demo: 'true' } : {}) };
  }
}

/** The last day of a choice counts; the API's `to` does not. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}
