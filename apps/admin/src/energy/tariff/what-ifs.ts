import { Component, computed, inject, input, signal } from '@angular/core';
import type { TariffComparison } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import type { TableData } from '../../charts/table-data';
import { AnalyticsQuery } from '../../data/analytics-query';
import { polled } from '../../data/polled';
import { energyText } from '../../format/energy';
import { money } from '../../format/money';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { MoneyText } from '../../ui/money-text';
import { Panel } from '../../ui/panel';
import type { PeriodChoice } from '../../ui/period-choice';
import { PeriodSelector } from '../../ui/period-selector';
import { Skeleton } from '../../ui/skeleton';

/** The same use under every other tariff; what was charged stays as it is. */
@Component({
  selector: 'om-what-ifs',
  imports: [ChartCard, EmptyState, Icon, MoneyText, Panel, PeriodSelector, Skeleton],
  template: `
    <om-chart-card
      heading="What if"
      meta="the same use, another tariff; history is untouched"
      isTable
      [table]="table()"
    >
      <om-period-selector tools [value]="choice()" (chosen)="choice.set($event)" />
      <om-panel [source]="comparison" label="the comparison">
        <div skeleton>
          @for (row of [1, 2, 3, 4]; track row) {
            <div class="ghost-row"><om-skeleton width="11rem" /><om-skeleton width="35%" /></div>
          }
        </div>
        @if (comparison.value(); as now) {
          @if (isEmpty()) {
            <om-empty-state icon="energy" heading="Nothing was metered in this period">
              <p>Choose a longer one.</p>
            </om-empty-state>
          } @else {
            <div class="tscroll bleed last" tabindex="0" role="group" aria-label="What if, table">
              <table class="tbl">
                <thead>
                  <tr>
                    <th scope="col">Tariff</th>
                    <th scope="col" class="num">Energy cost</th>
                    <th scope="col" class="num">Fixed charge</th>
                    <th scope="col" class="num">Together</th>
                    <th scope="col" class="num">Difference</th>
                  </tr>
                </thead>
                <tbody>
                  <tr class="sel">
                    <th scope="row" class="med">As it was charged</th>
                    <td class="num">
                      <om-money [amount]="now.actual.cost" [currency]="now.actual.currency" />
                    </td>
                    <td class="num">
                      <om-money [amount]="now.actual.fixedCost" [currency]="now.actual.currency" />
                    </td>
                    <td class="num med">
                      <om-money [amount]="now.actual.total" [currency]="now.actual.currency" />
                    </td>
                    <td class="num muted">–</td>
                  </tr>
                  @for (item of now.items; track $index) {
                    <tr>
                      <th scope="row">
                        {{ item.name }}
                        @if (item.tariffId === null) {
                          <span class="chip line">preset</span>
                        }
                        @if (item.unpricedWh > 0) {
                          <span class="chip warn" title="The tariff's fallback stands in"
                            >no price for {{ wh(item.unpricedWh) }}</span
                          >
                        }
                      </th>
                      <td class="num"><om-money [amount]="item.cost" [currency]="item.currency" /></td>
                      <td class="num"><om-money [amount]="item.fixedCost" [currency]="item.currency" /></td>
                      <td class="num med"><om-money [amount]="item.total" [currency]="item.currency" /></td>
                      <td class="num">
                        @if (item.difference === null) {
                          <span class="muted">another currency</span>
                        } @else {
                          @let verdict = compare(item.difference, item.total);
                          <span [class]="'delta ' + verdict">
                            @if (verdict === 'same') {
                              the same
                            } @else {
                              <om-icon [name]="verdict === 'good' ? 'down' : 'up'" />
                              <span class="sr">{{ verdict === 'good' ? 'cheaper by' : 'dearer by' }}</span>
                              <om-money [amount]="without(item.difference)" [currency]="item.currency" />
                            }
                          </span>
                        }
                      </td>
                    </tr>
                  }
                </tbody>
              </table>
            </div>
          }
        }
      </om-panel>
    </om-chart-card>
  `,
  styles: `
    :host {
      display: contents;
    }
  `,
})
export class WhatIfs {
  /** Changes whenever a tariff does: then all is compared again. */
  readonly revision = input.required<string>();

  private readonly query = inject(AnalyticsQuery);
  protected readonly choice = signal<PeriodChoice>({ period: 'month' });
  protected readonly comparison = polled<TariffComparison>(
    () => {
      this.revision();
      const params = this.query.params(this.choice());
      return params === undefined ? undefined : { url: '/api/energy/what-if/all', params };
    },
    { everyMs: 120_000 },
  );
  protected readonly isEmpty = computed(() => Number(this.comparison.value()?.actual.cost ?? 1) === 0);
  protected readonly wh = energyText;
  protected readonly table = computed<TableData>(() => {
    const now = this.comparison.value();
    return {
      columns: [
        { name: 'Tariff', isText: true },
        { name: 'Currency', isText: true },
        { name: 'Energy cost' },
        { name: 'Fixed charge' },
        { name: 'Together' },
        { name: 'Difference' },
      ],
      rows: [
        ...(now === undefined ? [] : [{ ...now.actual, name: 'As it was charged', difference: null }]),
        ...(now?.items ?? []),
      ].map(({ name, currency, cost, fixedCost, total, difference }) => [
        { text: name },
        { text: currency },
        ...[cost, fixedCost, total, difference].map((amount) => ({
          text: money(amount, currency),
          value: amount,
        })),
      ]),
    };
  });

  /** Less than a millionth is how the two sums were reckoned a moment apart. */
  protected compare(difference: string, total: string): 'good' | 'bad' | 'same' {
    if (Math.abs(Number(difference)) <= Math.abs(Number(total)) / 1e6) return 'same';
    return Number(difference) < 0 ? 'good' : 'bad';
  }

  /** The amount without its sign, which the arrow says. */
  protected without(difference: string): string {
    return difference.replace(/^-/, '');
  }
}
