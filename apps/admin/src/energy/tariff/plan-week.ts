import { Component, computed, input, linkedSignal } from '@angular/core';
import type { TariffInput } from '@ollameter/admin-contract';
import { WeekPrices } from './week-prices';
import { previewWeeks, weekOfPlan } from './week-of-plan';

/** What a tariff that is not stored yet makes of this week, and of one in each of its other seasons. */
@Component({
  selector: 'om-plan-week',
  imports: [WeekPrices],
  template: `
    @if (weeks().length > 1) {
      <select
        #season
        class="input sm"
        aria-label="Week of the season"
        (change)="chosen.set(season.selectedIndex)"
      >
        @for (week of weeks(); track $index) {
          <option [selected]="$index === chosen()">{{ week.name }}</option>
        }
      </select>
    }
    @if (rates(); as series) {
      <om-week-prices [rates]="series" [zone]="zone()" [nowMs]="week().atMs" [isNow]="chosen() === 0" />
    } @else if (tariff().plan.kind === 'dynamic') {
      <p class="muted">Prices are known once they are imported or fetched.</p>
    } @else {
      <p class="muted">Not complete yet.</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--sp-3);
      min-width: 0;
    }
    select {
      justify-self: start;
    }
  `,
})
export class PlanWeek {
  readonly tariff = input.required<TariffInput>();
  readonly zone = input.required<string>();
  readonly nowMs = input.required<number>();

  protected readonly weeks = computed(() => previewWeeks(this.tariff(), this.zone(), this.nowMs()));
  protected readonly chosen = linkedSignal<number, number>({
    source: () => this.weeks().length,
    computation: () => 0,
  });
  protected readonly week = computed(
    () => this.weeks()[this.chosen()] ?? { name: 'This week', atMs: this.nowMs() },
  );
  protected readonly rates = computed(() => weekOfPlan(this.tariff(), this.zone(), this.week().atMs));
}
