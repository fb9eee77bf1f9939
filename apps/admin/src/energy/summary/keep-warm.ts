import { Component, computed, inject, input } from '@angular/core';
import type { IdleReport } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import type { TableData } from '../../charts/table-data';
import { AnalyticsQuery } from '../../data/analytics-query';
import { polled } from '../../data/polled';
import { count } from '../../format/count';
import { duration } from '../../format/duration';
import { energy, energyText, watts } from '../../format/energy';
import { money } from '../../format/money';
import { EmptyState } from '../../ui/empty-state';
import { FigureText } from '../../ui/figure-text';
import { MoneyText } from '../../ui/money-text';
import { Panel } from '../../ui/panel';
import type { PeriodChoice } from '../../ui/period-choice';
import { Skeleton } from '../../ui/skeleton';

const MINUTE_S = 60;
const HOUR_S = 3_600;

/** What waiting costs, and what keeping models in memory for longer or shorter would have. */
@Component({
  selector: 'om-keep-warm',
  imports: [ChartCard, EmptyState, FigureText, MoneyText, Panel, Skeleton],
  template: `
    <om-chart-card heading="Idle and keeping warm" isTable [table]="table()">
      <om-panel [source]="report" label="idle and keeping warm">
        <div class="stack" skeleton>
          <om-skeleton width="60%" height="1.5rem" /><om-skeleton height="12rem" />
        </div>
        @if (report.value(); as now) {
          <dl class="three">
            <div>
              <dt>Idle</dt>
              <dd>
                <om-money [amount]="now.idle.cost" [currency]="now.currency" />
                <small><om-figure [value]="format.energy(now.idle.energyWh)" /></small>
              </dd>
            </div>
            <div>
              <dt>Idle draw</dt>
              <dd>{{ format.watts(now.idleWatts) }}</dd>
            </div>
            <div>
              <dt>Loading models</dt>
              <dd>
                <om-money [amount]="now.load.cost" [currency]="now.currency" />
                <small
                  >{{ format.count(coldStarts()) }} cold {{ coldStarts() === 1 ? 'start' : 'starts' }}</small
                >
              </dd>
            </div>
          </dl>
          @if (now.models.length === 0) {
            <om-empty-state icon="model" heading="No model ran in this period">
              <p>What another keep_alive would have cost is reckoned from the requests of the period.</p>
            </om-empty-state>
          } @else {
            <h3>What another keep_alive would have cost</h3>
            <div class="tscroll bleed" tabindex="0" role="group" aria-label="Another keep_alive, table">
              <table class="tbl dense">
                <thead>
                  <tr>
                    <th scope="col">keep_alive</th>
                    <th scope="col" class="num">Kept warm</th>
                    <th scope="col" class="num">Cold starts</th>
                    <th scope="col" class="num">Energy</th>
                    <th scope="col" class="num">Cost</th>
                  </tr>
                </thead>
                <tbody>
                  @for (row of rows(); track row.name) {
                    <tr>
                      <th scope="row">
                        {{ row.name }}
                        @if (row.cheapest) {
                          <span class="chip ok">cheapest</span>
                        }
                      </th>
                      <td class="num">{{ row.warm }}</td>
                      <td class="num">{{ row.coldStarts }}</td>
                      <td class="num"><om-figure [value]="row.energy" /></td>
                      <td class="num med"><om-money [amount]="row.cost" [currency]="now.currency" /></td>
                    </tr>
                  }
                </tbody>
              </table>
            </div>
            @if (now.idleWatts === null) {
              <p class="hint unknown">
                No idle draw is known, so keeping warm looks free. Set IDLE_WATTS, or add a meter.
              </p>
            }
            <details class="reckoning">
              <summary>How this is reckoned</summary>
              <ul>
                @for (text of now.assumptions; track text) {
                  <li>{{ text }}</li>
                }
              </ul>
            </details>
          }
        }
      </om-panel>
    </om-chart-card>
  `,
  styles: `
    :host {
      display: contents;
    }
    .three {
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
      gap: var(--sp-3);
    }
    dt {
      color: var(--text-3);
      font-size: var(--text-xs);
      line-height: var(--lh-xs);
    }
    dd {
      font-weight: 600;
    }
    dd small {
      display: block;
      font-size: var(--text-xs);
      font-weight: 400;
      color: var(--text-3);
    }
    .chip {
      display: block;
      width: max-content;
    }
    .unknown {
      margin-top: var(--sp-3);
    }
    h3 {
      margin-top: var(--sp-4);
      font-weight: 500;
    }
  `,
})
export class KeepWarm {
  readonly choice = input.required<PeriodChoice>();

  private readonly query = inject(AnalyticsQuery);
  protected readonly format = { count, energy, watts };
  protected readonly report = polled<IdleReport>(
    () => {
      const params = this.query.params(this.choice());
      return params === undefined ? undefined : { url: '/api/energy/idle', params };
    },
    { everyMs: 120_000 },
  );
  protected readonly coldStarts = computed(
    () => this.report.value()?.models.reduce((sum, { coldStarts }) => sum + coldStarts, 0) ?? 0,
  );
  protected readonly rows = computed(() => {
    const choices = this.report.value()?.keepAlive ?? [];
    const least = Math.min(...choices.map(({ energyWh }) => energyWh));
    const isIdleKnown = this.report.value()?.idleWatts !== null;
    const isTie = choices.every(({ energyWh }) => energyWh === least);
    return choices.map(({ seconds, warmSeconds, coldStarts, energyWh, cost }) => ({
      name: keepAliveName(seconds),
      warm: duration(warmSeconds * 1000),
      warmSeconds,
      coldStarts: count(coldStarts),
      starts: coldStarts,
      wh: energyWh,
      energy: energy(energyWh),
      cost,
      cheapest: !isTie && isIdleKnown && energyWh === least,
    }));
  });
  protected readonly table = computed<TableData>(() => {
    const currency = this.report.value()?.currency ?? '';
    return {
      columns: [
        { name: 'keep_alive', isText: true },
        { name: 'Kept warm, s' },
        { name: 'Cold starts' },
        { name: 'Energy, Wh' },
        { name: `Cost, ${currency}` },
      ],
      rows: this.rows().map((row) => [
        { text: row.name },
        { text: row.warm, value: row.warmSeconds },
        { text: row.coldStarts, value: row.starts },
        { text: energyText(row.wh), value: row.wh },
        { text: money(row.cost, currency), value: row.cost },
      ]),
    };
  });
}

/** As Ollama writes it: `5m`, `24h`, `-1`. */
function keepAliveName(seconds: number | null): string {
  if (seconds === null) return '-1 (for ever)';
  if (seconds === 0) return '0 (at once)';
  if (seconds === 300) return '5m (default)';
  return seconds % HOUR_S === 0 ? `${seconds / HOUR_S}h` : `${seconds / MINUTE_S}m`;
}
