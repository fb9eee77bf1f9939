import { Component, computed, inject, input } from '@angular/core';
import type { EnergyForecast, EnergyOverview } from '@ollameter/admin-contract';
import { Clock } from '../../data/clock';
import type { Polled } from '../../data/polled';
import { TimeZone } from '../../data/time-zone';
import { percent } from '../../format/count';
import { energyText } from '../../format/energy';
import { exactMoney, money } from '../../format/money';
import { month } from '../../format/time';
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
        <om-panel [source]="forecast()" label="the forecast">
          <div class="stack" skeleton>
            <om-skeleton width="9rem" height="2rem" /><om-skeleton /><om-skeleton width="60%" />
            <om-skeleton height="7rem" />
          </div>
          @if (forecast().value(); as now) {
            <p class="figure"><om-money [amount]="now.soFar.cost" [currency]="now.currency" /></p>
            <p class="muted">{{ soFar() }}</p>
            <div class="bar k2f" role="img" [attr.aria-label]="share() + ' of the forecast is used'">
              <i [style.width.%]="100 * used()"></i>
            </div>
            <p class="row between forecast">
              <span
                >Forecast <b class="med" [title]="exact()">{{ expected() }}</b>, {{ expectedEnergy() }}</span
              >
              <span class="muted">{{ share() }} used</span>
            </p>
            <p class="hint">{{ now.basis }}</p>
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
  readonly forecast = input.required<Polled<EnergyForecast>>();
  /** Of the month. */
  readonly overview = input.required<EnergyOverview | undefined>();

  private readonly zone = inject(TimeZone).zone;
  private readonly nowMs = inject(Clock).nowMs;

  protected readonly heading = computed(() => `${month(new Date(this.nowMs()), this.zone())} so far`);
  protected readonly soFar = computed(() => {
    const now = this.forecast().value();
    if (now === undefined) return '';
    const [fromMs, toMs] = [Date.parse(now.period.from), Date.parse(now.period.to)];
    const days = Math.round((toMs - fromMs) / 86_400_000);
    const day = Math.min(days, Math.ceil((this.nowMs() - fromMs) / 86_400_000));
    return `${energyText(now.soFar.energyWh)}, day ${day} of ${days}`;
  });
  protected readonly used = computed(() => {
    const now = this.forecast().value();
    if (now === undefined || now.expected.energyWh === 0) return 0;
    return Math.min(1, now.soFar.energyWh / now.expected.energyWh);
  });
  protected readonly share = computed(() => percent(this.used()));
  protected readonly expected = computed(() => {
    const now = this.forecast().value();
    return now === undefined ? '' : money(now.expected.cost, now.currency);
  });
  protected readonly exact = computed(() => {
    const now = this.forecast().value();
    return now === undefined ? '' : exactMoney(now.expected.cost, now.currency);
  });
  protected readonly expectedEnergy = computed(() => energyText(this.forecast().value()?.expected.energyWh));
  protected readonly facts = computed(() => {
    const [now, overview] = [this.forecast().value(), this.overview()];
    if (now === undefined || overview === undefined) return [];
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
        exact: `${exactMoney(now.expected.fixedCost, currency)} by the month’s end`,
      },
      {
        name: `Carbon, ${carbon.factor.gramsPerKwh} g/kWh ${carbon.factor.kind}`,
        value: carbonFigure(carbon.grams),
        exact: `${carbon.grams} g CO₂e. ${carbon.factor.source} ${carbon.factor.date}`,
      },
    ];
  });
}
