import { Component, computed, inject, input } from '@angular/core';
import type { EnergyForecast, EnergyOverview } from '@ollameter/admin-contract';
import { Clock } from '../../data/clock';
import type { Polled } from '../../data/polled';
import { TimeZone } from '../../data/time-zone';
import { percent } from '../../format/count';
import { energyText } from '../../format/energy';
import { exactMoney, money } from '../../format/money';
import { calendarDay, month } from '../../format/time';
import { MoneyText } from '../../ui/money-text';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { carbonFigure } from './carbon';

/** This calendar month: what it has cost, and what it will at this rate of use. */
@Component({
  selector: 'om-month-so-far',
  imports: [MoneyText, Panel, Skeleton],
  template: `
    <section class="card" [attr.aria-label]="heading()">
      <header>
        <h2>{{ heading() }}</h2>
      </header>
      <div class="body">
        <om-panel [source]="overview()" label="the month">
          <div class="stack" skeleton>
            <om-skeleton width="9rem" height="2rem" /><om-skeleton /><om-skeleton width="60%" />
            <om-skeleton height="7rem" />
          </div>
          @if (overview().value(); as month) {
            <p class="figure"><om-money [amount]="month.total.cost" [currency]="month.currency" /></p>
            <p class="muted">{{ soFar() }}</p>
            @if (forecast()?.expected) {
              <div class="bar k2f" role="img" [attr.aria-label]="share() + ' of the forecast is used'">
                <i [style.width.%]="100 * used()"></i>
              </div>
              <p class="row between forecast">
                <span
                  >Forecast <b class="med" [title]="exact()">{{ expected() }}</b>,
                  {{ expectedEnergy() }}</span
                >
                <span class="muted">{{ share() }} used</span>
              </p>
            }
            <p class="hint">{{ forecast()?.basis }}</p>
            <dl class="kv">
              @for (fact of facts(); track fact.name) {
                <dt>{{ fact.name }}</dt>
                <dd [title]="fact.exact">{{ fact.value }}</dd>
              }
            </dl>
          }
        </om-panel>
      </div>
    </section>
  `,
  styles: `
    :host {
      display: contents;
    }
    .figure {
      font-size: var(--text-2xl);
      line-height: var(--lh-2xl);
      font-weight: 600;
      letter-spacing: var(--track-tight);
    }
    .bar {
      height: 8px;
      border-radius: 4px;
      margin: var(--sp-4) 0 var(--sp-2);
    }
    .bar i {
      border-radius: 4px;
    }
    .forecast {
      flex-wrap: wrap;
    }
    .kv {
      margin-top: var(--sp-4);
      padding-top: var(--sp-3);
      border-top: 1px solid var(--border);
    }
    .kv dt {
      white-space: nowrap;
      overflow: hidden;
      text-overflow: ellipsis;
    }
  `,
})
export class MonthSoFar {
  /** Of the month. */
  readonly overview = input.required<Polled<EnergyOverview>>();
  /** Undefined until it is known, and where there is only the demo host. */
  readonly forecast = input.required<EnergyForecast | undefined>();

  private readonly zone = inject(TimeZone).zone;
  private readonly nowMs = inject(Clock).nowMs;

  protected readonly heading = computed(() => `${month(new Date(this.nowMs()), this.zone())} so far`);
  protected readonly soFar = computed(() => {
    const month = this.overview().value();
    if (month === undefined) return '';
    const day = calendarDay(new Date(this.nowMs()), this.zone());
    const [year, number, date] = day.split('-').map(Number);
    const days = new Date(Date.UTC(year ?? 0, number ?? 1, 0)).getUTCDate();
    return `${energyText(month.total.energyWh)}, day ${date ?? 1} of ${days}`;
  });
  protected readonly used = computed(() => {
    const now = this.forecast();
    if (!now?.expected || now.expected.energyWh === 0) return 0;
    return Math.min(1, now.soFar.energyWh / now.expected.energyWh);
  });
  protected readonly share = computed(() => percent(this.used()));
  protected readonly expected = computed(() => {
    const now = this.forecast();
    return now?.expected ? money(now.expected.cost, now.currency) : '';
  });
  protected readonly exact = computed(() => {
    const now = this.forecast();
    return now?.expected ? exactMoney(now.expected.cost, now.currency) : '';
  });
  protected readonly expectedEnergy = computed(() => energyText(this.forecast()?.expected?.energyWh));
  protected readonly facts = computed(() => {
    const [now, overview] = [this.forecast(), this.overview().value()];
    if (overview === undefined) return [];
    const { byKind, total, carbon, currency, fixedCost } = overview;
    const idle = Number(total.costNumerator) === 0 ? null : Number(byKind.idle.cost) / Number(total.cost);
    return [
      {
        name: 'Idle share of the bill',
        value: idle === null ? '–' : percent(idle),
        exact: exactMoney(byKind.idle.cost, currency),
      },
      {
        name: 'Fixed charge, apart',
        value: money(fixedCost, currency),
        exact: now?.expected ? `${exactMoney(now.expected.fixedCost, currency)} by the month’s end` : '',
      },
      {
        name: `Carbon, ${carbon.factor.gramsPerKwh} g/kWh ${carbon.factor.kind}`,
        value: carbonFigure(carbon.grams),
        exact: `${carbon.grams} g CO₂e. ${carbon.factor.source} ${carbon.factor.date}`,
      },
    ];
  });
}
