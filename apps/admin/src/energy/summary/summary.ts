import { Component, computed, inject, input } from '@angular/core';
import type { EnergyForecast, EnergyOverview } from '@ollameter/admin-contract';
import { AnalyticsQuery } from '../../data/analytics-query';
import { polled } from '../../data/polled';
import { StatusFeed } from '../../data/status-feed';
import { toPeriodChoice } from '../../ui/period-choice';
import { CheapestHours } from './cheapest-hours';
import { EnergyChart } from './energy-chart';
import { EnergySplit } from './energy-split';
import { HostedComparison } from './hosted-comparison';
import { KeepWarm } from './keep-warm';
import { KeyUse } from './key-use';
import { ModelLeague } from './model-league';
import { MonthSoFar } from './month-so-far';
import { WeekPattern } from './week-pattern';

/** Where the electricity of a period went, and what it cost. */
@Component({
  selector: 'om-energy-summary',
  imports: [
    CheapestHours,
    EnergyChart,
    EnergySplit,
    HostedComparison,
    KeepWarm,
    KeyUse,
    ModelLeague,
    MonthSoFar,
    WeekPattern,
  ],
  template: `
    <div class="page">
      <div class="g">
        <div class="c8"><om-energy-chart [choice]="choice()" /></div>
        <div class="c4"><om-month-so-far [overview]="month" [forecast]="forecast()" /></div>
      </div>
      <div class="g">
        <div class="c4"><om-energy-split [source]="overview" /></div>
        <div class="c4"><om-key-use [choice]="choice()" /></div>
        <div class="c4"><om-cheapest-hours /></div>
      </div>
      <om-model-league [choice]="choice()" />
      <om-week-pattern />
      <div class="g">
        <div class="c6"><om-keep-warm [choice]="choice()" /></div>
        <div class="c6"><om-hosted-comparison [choice]="choice()" /></div>
      </div>
    </div>
  `,
  styles: `
    .g > div {
      display: grid;
      min-width: 0;
    }
    @media (max-width: 1439px) {
      .c6 {
        grid-column: 1 / -1;
      }
    }
  `,
})
export class Summary {
  /** From the address. */
  readonly period = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();

  private readonly query = inject(AnalyticsQuery);
  private readonly status = inject(StatusFeed).status;
  protected readonly choice = computed(() => toPeriodChoice(this.period(), this.from(), this.to()));
  protected readonly overview = polled<EnergyOverview>(() => {
    const params = this.query.params(this.choice());
    return params === undefined ? undefined : { url: '/api/energy/overview', params };
  });
  protected readonly month = polled<EnergyOverview>(() => {
    const params = this.query.params({ period: 'month' });
    return params === undefined ? undefined : { url: '/api/energy/overview', params };
  });
  /** The demo host's energy is no forecast of anything. */
  protected readonly forecast = polled<EnergyForecast>(
    () => (this.status()?.demo === false ? '/api/energy/forecast' : undefined),
    { everyMs: 60_000 },
  ).value;
}
