import { Component, computed, input } from '@angular/core';
import type { RateSeries } from '@ollameter/admin-contract';
import { priceKeys, weekRows } from './week-rows';

/** A week of prices as a heat-map: a row for each day, a block for each price. */
@Component({
  selector: 'om-week-prices',
  template: `
    <div class="legend">
      @for (key of keys(); track key.short) {
        <span><i [class]="'key band p' + key.level"></i>{{ key.name }} {{ key.short }}</span>
      }
    </div>
    <div class="heat" role="img" [attr.aria-label]="sentence()">
      <span></span>
      <div class="axis">
        @for (name of ['00', '04', '08', '12', '16', '20', '24']; track name) {
          <span>{{ name }}</span>
        }
      </div>
      @for (row of rows(); track row.weekday) {
        <div class="day">
          <b class="med">{{ row.weekday }}</b> <span class="muted">{{ row.dayOfMonth }}</span>
        </div>
        <div class="hours" [class.today]="row.isToday">
          @for (stretch of row.stretches; track stretch.from) {
            <span
              [class]="'block p' + stretch.level"
              [style.left.%]="100 * stretch.from"
              [style.width.%]="100 * (stretch.to - stretch.from)"
              [title]="stretch.title"
              ><b>{{ stretch.to - stretch.from > 0.06 ? stretch.short : '' }}</b></span
            >
          }
          @if (row.now !== null) {
            <i class="now" [style.left.%]="100 * row.now"></i>
          }
        </div>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    .legend {
      margin-bottom: var(--sp-3);
      min-height: 1rem;
    }
    .heat {
      display: grid;
      grid-template-columns: 3.5rem minmax(0, 1fr);
      gap: 4px 0.5rem;
      align-items: center;
    }
    .day .muted {
      margin-left: 0.25em;
    }
    .axis {
      display: flex;
      justify-content: space-between;
      font-size: 0.6875rem;
      line-height: 1rem;
      color: var(--text-3);
    }
    .hours {
      position: relative;
      height: 1.75rem;
      background: var(--surface-sunken);
      border-radius: 4px;
    }
    .block {
      position: absolute;
      inset-block: 0;
      padding-right: 2px;
      background-clip: content-box;
    }
    .block b {
      display: grid;
      place-items: center;
      height: 100%;
      border-radius: 4px;
      font-size: var(--text-xs);
      font-weight: 500;
      overflow: hidden;
      white-space: nowrap;
    }
    .p1 b {
      background: var(--price-1);
      color: var(--on-price-1);
    }
    .p2 b {
      background: var(--price-2);
      color: var(--on-price-2);
    }
    .p3 b {
      background: var(--price-3);
      color: var(--on-price-3);
    }
    .now {
      position: absolute;
      inset-block: -4px;
      width: 2px;
      margin-left: -1px;
      background: var(--text);
      border-radius: 1px;
      box-shadow: 0 0 0 2px var(--surface);
    }
    @media (max-width: 767px) {
      .heat {
        grid-template-columns: 2.25rem minmax(0, 1fr);
      }
      .day .muted {
        display: none;
      }
      .block b {
        font-size: 0;
      }
    }
    @media (forced-colors: active) {
      .block b,
      .now {
        forced-color-adjust: none;
      }
    }
  `,
})
export class WeekPrices {
  readonly rates = input.required<RateSeries>();
  readonly zone = input.required<string>();
  /** An instant of the week. */
  readonly nowMs = input.required<number>();
  /** False: another week than this one, in which no day is today. */
  readonly isNow = input(true);

  protected readonly rows = computed(() => weekRows(this.rates(), this.zone(), this.nowMs(), this.isNow()));
  protected readonly keys = computed(() => priceKeys(this.rates()));
  protected readonly sentence = computed(() => {
    const prices = this.keys().map(({ name, short }) => `${name} ${short}`);
    const day = this.rows().find(({ isToday }) => isToday) ?? this.rows()[0];
    return `Prices of the week: ${prices.join(', ')}. ${day?.stretches.map(({ title }) => title).join('; ') ?? ''}`;
  });
}
