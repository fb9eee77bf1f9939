import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { EnergyStatement } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import { DataTable } from '../../charts/data-table';
import type { TableData } from '../../charts/table-data';
import { AnalyticsQuery } from '../../data/analytics-query';
import { polled } from '../../data/polled';
import { count, percent } from '../../format/count';
import { energy, energyText } from '../../format/energy';
import { money } from '../../format/money';
import { EmptyState } from '../../ui/empty-state';
import { FigureText } from '../../ui/figure-text';
import { MoneyText } from '../../ui/money-text';
import { Panel } from '../../ui/panel';
import type { PeriodChoice } from '../../ui/period-choice';
import { Skeleton } from '../../ui/skeleton';

const SHOWN = 6;

/** Which keys used it, by the time of use. */
@Component({
  selector: 'om-key-use',
  imports: [ChartCard, DataTable, EmptyState, FigureText, MoneyText, Panel, RouterLink, Skeleton],
  template: `
    <om-chart-card heading="Keys" meta="by energy" [table]="table()" #card>
      <om-panel [source]="statement" label="the keys">
        <div class="rank" skeleton>
          @for (row of [1, 2, 3, 4, 5]; track row) {
            <om-skeleton height="1.5rem" />
          }
        </div>
        @if (lines().length === 0) {
          <om-empty-state icon="key" heading="No key was used in this period" />
        } @else if (card.asTable()) {
          <om-data-table class="tall" label="Keys" [table]="table()" />
        } @else {
          <ul class="rank">
            @for (line of shown(); track line.keyId + line.keyName) {
              <li>
                <span class="trunc">
                  @if (line.keyId) {
                    <a class="med name" [routerLink]="['/keys', line.keyId]">{{ line.keyName }}</a>
                  } @else {
                    <span class="med">{{ line.keyName }}</span>
                  }
                  @if (line.ownerName) {
                    <span class="muted"> {{ line.ownerName }}</span>
                  }
                </span>
                <span class="num"><om-figure [value]="format.energy(line.energyWh)" /></span>
                <span class="num soft"><om-money [amount]="line.cost" [currency]="currency()" /></span>
                <div class="bar k3f" aria-hidden="true">
                  <i [style.width.%]="(100 * line.energyWh) / most()"></i>
                </div>
              </li>
            }
          </ul>
        }
      </om-panel>
      <div class="foot" foot [hidden]="lines().length <= 6">{{ foot() }}</div>
    </om-chart-card>
  `,
  styles: `
    :host {
      display: contents;
    }
    .name {
      color: var(--text);
    }
    .tall {
      --table-height: 15rem;
    }
  `,
})
export class KeyUse {
  readonly choice = input.required<PeriodChoice>();

  private readonly query = inject(AnalyticsQuery);
  protected readonly format = { energy };
  protected readonly statement = polled<EnergyStatement>(() => {
    const params = this.query.params(this.choice());
    return params === undefined ? undefined : { url: '/api/energy/statement', params };
  });
  protected readonly lines = computed(() => this.statement.value()?.lines ?? []);
  protected readonly shown = computed(() => this.lines().slice(0, SHOWN));
  protected readonly currency = computed(() => this.statement.value()?.currency ?? 'USD');
  protected readonly most = computed(() => Math.max(1e-12, ...this.lines().map(({ energyWh }) => energyWh)));
  protected readonly foot = computed(() => `${SHOWN} of ${this.lines().length}; the table has all`);
  protected readonly table = computed<TableData>(() => {
    const sum = this.lines().reduce((total, { energyWh }) => total + energyWh, 0);
    return {
      columns: [
        { name: 'Key', isText: true },
        { name: 'Owner', isText: true },
        { name: 'Requests' },
        { name: 'Tokens' },
        { name: 'Energy, Wh' },
        { name: 'Share' },
        { name: `Cost, ${this.currency()}` },
      ],
      rows: this.lines().map((line) => [
        { text: line.keyName },
        { text: line.ownerName ?? '', value: line.ownerName },
        { text: count(line.requests), value: line.requests },
        { text: count(line.totalTokens), value: line.totalTokens },
        { text: energyText(line.energyWh), value: line.energyWh },
        { text: percent(sum === 0 ? 0 : line.energyWh / sum), value: sum === 0 ? 0 : line.energyWh / sum },
        { text: money(line.cost, this.currency()), value: line.cost },
      ]),
    };
  });
}
