import { Component, computed, inject } from '@angular/core';
import type { CheapestHours as Hours } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import { DataTable } from '../../charts/data-table';
import { priceLevels, shortPeriods } from '../../charts/price-bands';
import type { TableData } from '../../charts/table-data';
import { Clock } from '../../data/clock';
import { polled } from '../../data/polled';
import { TimeZone } from '../../data/time-zone';
import { rate, shortRate } from '../../format/money';
import { calendarDay, clock, shortDay } from '../../format/time';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';

const REFRESH_MS = 300_000;
const SHOWN_STRETCHES = 3;

/** The coming day's prices, and when work that can wait costs least. */
@Component({
  selector: 'om-cheapest-hours',
  imports: [ChartCard, DataTable, Panel, Skeleton],
  template: `
    <om-chart-card heading="Cheapest hours" meta="the coming 24" [table]="table()" #card>
      <om-panel [source]="hours" label="the coming prices">
        <div class="stack" skeleton><om-skeleton height="5.5rem" /><om-skeleton width="70%" /></div>
        @if (card.asTable()) {
          <om-data-table class="tall" label="Cheapest hours" [table]="table()" />
        } @else {
          <div class="plot" role="img" [attr.aria-label]="sentence()">
            @for (bar of bars(); track bar.from) {
              <i
                [class]="'p' + bar.level"
                [class.best]="bar.best"
                [style.height.%]="bar.height"
                [title]="bar.title"
              ></i>
            }
          </div>
          <div class="axis" aria-hidden="true">
            @for (name of axis(); track $index) {
              <span>{{ name }}</span>
            }
          </div>
          <p class="sentence">{{ sentence() }}</p>
          <ul>
            @for (stretch of stretches(); track stretch.from) {
              <li>
                <span class="time">{{ stretch.time }}</span>
                <span class="muted grow trunc">{{ stretch.period }}</span>
                <span [class]="'chip p' + stretch.level">{{ stretch.rate }}</span>
              </li>
            }
          </ul>
        }
      </om-panel>
    </om-chart-card>
  `,
  styles: `
    :host {
      display: contents;
    }
    .plot {
      display: grid;
      grid-auto-flow: column;
      grid-auto-columns: minmax(0, 1fr);
      gap: 2px;
      align-items: end;
      height: 5.5rem;
      border-bottom: 1px solid var(--axis);
    }
    .plot i {
      display: block;
      border-radius: 3px 3px 0 0;
      min-height: 3px;
    }
    .p1 {
      background: var(--price-1);
    }
    .p2 {
      background: var(--price-2);
    }
    .p3 {
      background: var(--price-3);
    }
    .plot .best {
      background: var(--chart-3);
    }
    .axis {
      display: flex;
      justify-content: space-between;
      margin-top: 0.25rem;
      font-size: 0.6875rem;
      line-height: 1rem;
      color: var(--text-3);
    }
    .sentence {
      margin: var(--sp-3) 0 var(--sp-2);
    }
    li {
      display: flex;
      align-items: center;
      gap: 0.625rem;
      min-height: 2.25rem;
      border-top: 1px solid var(--border);
    }
    .time {
      white-space: nowrap;
    }
    li .grow {
      text-align: right;
    }
    .time::first-letter {
      text-transform: uppercase;
    }
    .tall {
      --table-height: 15rem;
    }
    @media (forced-colors: active) {
      .plot i {
        forced-color-adjust: none;
      }
    }
  `,
})
export class CheapestHours {
  private readonly zone = inject(TimeZone).zone;
  private readonly nowMs = inject(Clock).nowMs;
  protected readonly hours = polled<Hours>(() => '/api/energy/cheapest?hours=24', { everyMs: REFRESH_MS });

  private readonly items = computed(() => this.hours.value()?.items ?? []);
  private readonly currency = computed(() => this.hours.value()?.currency ?? 'USD');
  private readonly rates = computed(() => this.items().map(({ rateMicrosPerKwh }) => rateMicrosPerKwh));
  private readonly level = computed(() => priceLevels(this.rates()));
  private readonly least = computed(() => Math.min(...this.rates()));

  protected readonly bars = computed(() => {
    const [least, most] = [Math.min(0, this.least()), Math.max(0, ...this.rates())];
    return this.items().map(({ from, to, rateMicrosPerKwh, period }) => ({
      from,
      level: this.level()(rateMicrosPerKwh),
      best: rateMicrosPerKwh === this.least() && this.isVaried(),
      height: most === least ? 100 : (100 * (rateMicrosPerKwh - least)) / (most - least),
      title: `${clock(from, this.zone())}–${clock(to, this.zone())}: ${rate(rateMicrosPerKwh, this.currency())}, ${period}`,
    }));
  });
  protected readonly axis = computed(() => {
    const items = this.items();
    const last = items.at(-1);
    const marks = items.filter((_, index) => index % 6 === 0).map(({ from }) => clock(from, this.zone()));
    return last === undefined ? marks : [...marks, clock(last.to, this.zone())];
  });
  private readonly isVaried = computed(() => new Set(this.rates()).size > 1);

  /** Neighbouring hours of the same price as one, the cheapest first. */
  protected readonly stretches = computed(() => {
    const joined: { from: string; to: string; rate: number; period: string }[] = [];
    for (const { from, to, rateMicrosPerKwh, period } of this.items()) {
      const last = joined.at(-1);
      if (last?.rate === rateMicrosPerKwh) last.to = to;
      else joined.push({ from, to, rate: rateMicrosPerKwh, period });
    }
    const name = shortPeriods(this.items());
    return joined
      .sort((a, b) => a.rate - b.rate || Date.parse(a.from) - Date.parse(b.from))
      .slice(0, SHOWN_STRETCHES)
      .map((stretch) => ({
        from: stretch.from,
        time: `${this.dayName(stretch.from)}, ${clock(stretch.from, this.zone())}–${clock(stretch.to, this.zone())}`,
        period: name(stretch.period),
        rate: shortRate(stretch.rate, this.currency()),
        level: this.level()(stretch.rate),
      }));
  });
  private dayName(at: string): string {
    const day = calendarDay(new Date(at), this.zone());
    return day === calendarDay(new Date(this.nowMs()), this.zone()) ? 'today' : 'tomorrow';
  }

  protected readonly sentence = computed(() => {
    const best = this.stretches()[0];
    if (best === undefined) return '';
    if (!this.isVaried())
      return `One price all day: ${rate(this.least(), this.currency())}. It does not matter when work is done.`;
    const saving = 1 - this.least() / Math.max(...this.rates());
    return `Work that can wait costs least ${best.time}, ${Math.round(saving * 100)}% below the dearest hour.`;
  });
  protected readonly table = computed<TableData>(() => ({
    columns: [
      { name: 'Hour', isText: true },
      { name: 'Period', isText: true },
      { name: `Price, ${this.currency()}/kWh` },
      { name: 'Rank' },
    ],
    rows: this.items().map(({ from, to, period, rateMicrosPerKwh, rank }) => [
      {
        text: `${shortDay(from, this.zone())}, ${clock(from, this.zone())}–${clock(to, this.zone())}`,
        value: from,
      },
      { text: period },
      { text: rate(rateMicrosPerKwh, this.currency()), value: rateMicrosPerKwh / 1e6 },
      { text: String(rank), value: rank },
    ]),
  }));
}
