import { Component, computed, inject } from '@angular/core';
import type { EnergyPattern } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import { DataTable } from '../../charts/data-table';
import type { TableData } from '../../charts/table-data';
import { AnalyticsQuery } from '../../data/analytics-query';
import { Clock } from '../../data/clock';
import { polled } from '../../data/polled';
import { energyText } from '../../format/energy';
import { UNKNOWN } from '../../format/figure';
import { money } from '../../format/money';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { WEEKDAYS } from '../weekdays';

const DAY_MS = 86_400_000;
const WEEKS = 4;
const LEVELS = 6;
const REFRESH_MS = 600_000;

/** Energy by hour and weekday: when the machine works. */
@Component({
  selector: 'om-week-pattern',
  imports: [ChartCard, DataTable, Panel, Skeleton],
  template: `
    <om-chart-card
      heading="When the machine works"
      meta="Wh an hour, mean of 4 weeks"
      [table]="table()"
      #card
    >
      <div class="legend scale" legend aria-hidden="true">
        <span>0</span>
        <span class="steps">
          @for (level of levels; track level) {
            <i [class]="'q' + level"></i>
          }
        </span>
        <span>{{ most() }}</span>
      </div>
      <om-panel [source]="pattern" label="the week">
        <om-skeleton skeleton height="10.5rem" />
        @if (card.asTable()) {
          <om-data-table class="tall" label="When the machine works" [table]="table()" />
        } @else {
          <div class="heat" role="img" [attr.aria-label]="sentence()">
            @for (day of days(); track day.name) {
              <b class="med">{{ day.name }}</b>
              <div class="hours">
                @for (hour of day.hours; track hour.hour) {
                  <i [class]="'q' + hour.level" [class.none]="hour.level === null" [title]="hour.title"></i>
                }
              </div>
            }
            <span></span>
            <div class="axis">
              @for (name of ['00', '04', '08', '12', '16', '20', '24']; track name) {
                <span>{{ name }}</span>
              }
            </div>
          </div>
        }
      </om-panel>
      <div class="foot" foot>
        <span>{{ sentence() }}</span>
      </div>
    </om-chart-card>
  `,
  styles: `
    :host {
      display: contents;
    }
    .scale {
      margin-left: var(--sp-3);
    }
    .steps {
      gap: 2px;
    }
    .steps i {
      width: 0.75rem;
      height: 0.75rem;
      border-radius: 3px;
    }
    .heat {
      display: grid;
      grid-template-columns: 2.25rem minmax(0, 1fr);
      gap: 4px 0.5rem;
      align-items: center;
    }
    .hours {
      display: grid;
      grid-template-columns: repeat(24, minmax(0, 1fr));
      gap: 2px;
    }
    .hours i {
      height: 1.25rem;
      border-radius: 3px;
    }
    .axis {
      display: flex;
      justify-content: space-between;
      font-size: 0.6875rem;
      line-height: 1rem;
      color: var(--text-3);
    }
    .q0 {
      background: var(--seq-0);
    }
    .q1 {
      background: var(--seq-1);
    }
    .q2 {
      background: var(--seq-2);
    }
    .q3 {
      background: var(--seq-3);
    }
    .q4 {
      background: var(--seq-4);
    }
    .q5 {
      background: var(--seq-5);
    }
    .q6 {
      background: var(--seq-6);
    }
    .none {
      background: none;
      box-shadow: inset 0 0 0 1px var(--border);
    }
    .tall {
      --table-height: 13rem;
    }
    @media (max-width: 767px) {
      .hours {
        gap: 1px;
      }
      .scale {
        margin-left: 0;
      }
    }
    @media (forced-colors: active) {
      i {
        forced-color-adjust: none;
      }
    }
  `,
})
export class WeekPattern {
  private readonly query = inject(AnalyticsQuery);
  private readonly nowMs = inject(Clock).nowMs;
  private readonly hourMs = computed(() => Math.floor(this.nowMs() / 3_600_000) * 3_600_000);
  protected readonly levels = [0, 1, 2, 3, 4, 5, 6];
  protected readonly pattern = polled<EnergyPattern>(
    () => {
      const params = this.query.span(this.hourMs() - WEEKS * 7 * DAY_MS, this.hourMs() + 3_600_000);
      return params === undefined ? undefined : { url: '/api/energy/pattern', params };
    },
    { everyMs: REFRESH_MS },
  );
  private readonly items = computed(() => this.pattern.value()?.items ?? []);
  private readonly highest = computed(() =>
    this.items().reduce<EnergyPattern['items'][number] | null>(
      (most, item) => ((item.meanWh ?? 0) > (most?.meanWh ?? 0) ? item : most),
      null,
    ),
  );
  protected readonly most = computed(() => energyText(this.highest()?.meanWh ?? 0));
  protected readonly days = computed(() =>
    WEEKDAYS.map(({ short, name }, weekday) => ({
      name: short,
      hours: this.items()
        .filter((item) => item.weekday === weekday)
        .map(({ hour, meanWh, occurrences }) => ({
          hour,
          level: meanWh === null ? null : Math.ceil((LEVELS * meanWh) / (this.highest()?.meanWh ?? 1)),
          title:
            meanWh === null
              ? `${name} ${span(hour)}: not yet`
              : `${name} ${span(hour)}: ${energyText(meanWh)}, of ${Math.ceil(occurrences)}`,
        })),
    })),
  );
  protected readonly sentence = computed(() => {
    const highest = this.highest();
    if (highest === null) return 'Nothing was metered in the last four weeks.';
    return `Most is used on ${WEEKDAYS[highest.weekday]?.name ?? ''} ${span(highest.hour)}: ${energyText(highest.meanWh)} on average.`;
  });
  protected readonly table = computed<TableData>(() => {
    const currency = this.pattern.value()?.currency ?? '';
    return {
      columns: [
        { name: 'Hour of the week', isText: true },
        { name: 'Mean, Wh' },
        { name: 'Of it for requests, Wh' },
        { name: `Mean cost, ${currency}` },
        { name: 'Hours seen' },
      ],
      rows: this.items().map((item) => [
        { text: `${WEEKDAYS[item.weekday]?.short ?? ''} ${span(item.hour)}` },
        { text: energyText(item.meanWh), value: item.meanWh },
        { text: energyText(item.meanRequestWh), value: item.meanRequestWh },
        { text: item.meanCost === null ? UNKNOWN : money(item.meanCost, currency), value: item.meanCost },
        { text: String(item.occurrences), value: item.occurrences },
      ]),
    };
  });
}

function span(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00–${String(hour + 1).padStart(2, '0')}:00`;
}
