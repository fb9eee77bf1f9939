import { Component, computed, inject, input, signal } from '@angular/core';
import type { HostedComparison as Comparison, HostedOfferCost } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import type { TableData } from '../../charts/table-data';
import { AnalyticsQuery } from '../../data/analytics-query';
import { polled } from '../../data/polled';
import { count } from '../../format/count';
import { UNKNOWN } from '../../format/figure';
import { money } from '../../format/money';
import { EmptyState } from '../../ui/empty-state';
import { MoneyText } from '../../ui/money-text';
import { Panel } from '../../ui/panel';
import type { PeriodChoice } from '../../ui/period-choice';
import { Skeleton } from '../../ui/skeleton';

interface Row {
  model: string;
  tokens: string;
  provider: string | null;
  offer: string;
  isAlternative: boolean;
  local: string;
  hosted: string | null;
  savings: string | null;
}

/** The same traffic at the list prices of hosted APIs; either may be cheaper. */
@Component({
  selector: 'om-hosted-comparison',
  imports: [ChartCard, EmptyState, MoneyText, Panel, Skeleton],
  template: `
    <om-chart-card heading="The same traffic, hosted" [meta]="meta()" isTable [table]="table()">
      <om-panel [source]="comparison" label="the comparison">
        <div skeleton>
          @for (row of [1, 2, 3]; track row) {
            <div class="ghost-row"><om-skeleton width="9rem" /><om-skeleton width="50%" /></div>
          }
        </div>
        @if (rows().length === 0) {
          <om-empty-state icon="model" heading="No model ran in this period" />
        } @else {
          <div class="tscroll bleed" tabindex="0" role="group" aria-label="The same traffic, hosted, table">
            <table class="tbl two">
              <thead>
                <tr>
                  <th scope="col">Model</th>
                  <th scope="col">Offer</th>
                  <th scope="col" class="num">Here</th>
                  <th scope="col" class="num">Hosted</th>
                  <th scope="col" class="num">Hosted is</th>
                </tr>
              </thead>
              <tbody>
                @for (row of rows(); track $index) {
                  <tr>
                    <th scope="row">
                      <span class="med">{{ row.model }}</span>
                      <div class="sub">{{ row.tokens }}</div>
                    </th>
                    <td class="offer">
                      @if (row.provider) {
                        {{ row.provider }}
                        <div class="sub">{{ row.offer }}{{ row.isAlternative ? ', another model' : '' }}</div>
                      } @else {
                        <span class="muted">no known price</span>
                      }
                    </td>
                    <td class="num"><om-money [amount]="row.local" [currency]="currency()" /></td>
                    <td class="num"><om-money [amount]="row.hosted" [currency]="currency()" /></td>
                    <td class="num">
                      @if (row.savings !== null) {
                        <span class="med">{{ verdict(row.savings) }}</span>
                      } @else {
                        <span class="muted">–</span>
                      }
                    </td>
                  </tr>
                }
              </tbody>
            </table>
          </div>
          <p class="more">
            <button
              type="button"
              class="link"
              [attr.aria-pressed]="showsAll()"
              (click)="showsAll.set(!showsAll())"
            >
              {{ showsAll() ? 'Only the cheapest of the same model' : 'All ' + offerCount() + ' offers' }}
            </button>
          </p>
          <details class="reckoning">
            <summary>What is compared</summary>
            <ul>
              @for (text of comparison.value()?.assumptions; track text) {
                <li>{{ text }}</li>
              }
            </ul>
          </details>
        }
      </om-panel>
    </om-chart-card>
  `,
  styles: `
    :host {
      display: contents;
    }
    .ghost-row {
      padding-inline: 0;
    }
    .more {
      margin-top: var(--sp-3);
    }
    .offer {
      white-space: normal;
    }
  `,
})
export class HostedComparison {
  readonly choice = input.required<PeriodChoice>();

  private readonly query = inject(AnalyticsQuery);
  protected readonly comparison = polled<Comparison>(
    () => {
      const params = this.query.params(this.choice());
      return params === undefined ? undefined : { url: '/api/energy/comparison', params };
    },
    { everyMs: 120_000 },
  );
  protected readonly currency = computed(() => this.comparison.value()?.currency ?? 'USD');
  protected readonly meta = computed(() => {
    const now = this.comparison.value();
    return now === undefined ? '' : `list prices of ${now.pricesDate}, hardware apart`;
  });
  /** False: of each model the cheapest offer of the same one. */
  protected readonly showsAll = signal(false);
  protected readonly rows = computed(() => (this.showsAll() ? this.offers() : this.offers().filter(isFirst)));
  private readonly offers = computed<Row[]>(() =>
    (this.comparison.value()?.items ?? []).flatMap(
      ({ model, promptTokens, completionTokens, localCost, offers }): Row[] => {
        const common = {
          model,
          tokens: `${count(promptTokens)} in, ${count(completionTokens)} out`,
          local: localCost,
        };
        if (offers.length === 0)
          return [
            { ...common, provider: null, offer: '', isAlternative: false, hosted: null, savings: null },
          ];
        return offers
          .toSorted(byRelationAndCost)
          .map(({ provider, offer, relation, hostedCost, savings }) => ({
            ...common,
            provider,
            offer,
            isAlternative: relation === 'alternative',
            hosted: hostedCost,
            savings,
          }));
      },
    ),
  );
  protected readonly offerCount = computed(
    () => this.offers().filter(({ provider }) => provider !== null).length,
  );
  protected readonly table = computed<TableData>(() => ({
    columns: [
      { name: 'Model', isText: true },
      { name: 'Tokens', isText: true },
      { name: 'Provider', isText: true },
      { name: 'Offer', isText: true },
      { name: `Here, ${this.currency()}` },
      { name: `Hosted, ${this.currency()}` },
      { name: `Hosted minus here, ${this.currency()}` },
    ],
    rows: this.offers().map((row) => [
      { text: row.model },
      { text: row.tokens },
      { text: row.provider ?? UNKNOWN, value: row.provider },
      { text: row.offer },
      { text: money(row.local, this.currency()), value: row.local },
      { text: money(row.hosted, this.currency()), value: row.hosted },
      { text: money(row.savings, this.currency()), value: row.savings },
    ]),
  }));

  /** Hosted minus here: negative is what the own machine costs more. */
  protected verdict(savings: string): string {
    const value = Number(savings);
    if (value === 0) return 'the same';
    const amount = money(savings.replace(/^-/, ''), this.currency());
    return value > 0 ? `${amount} dearer` : `${amount} cheaper`;
  }
}

/** The same model before others, the cheapest first. */
function byRelationAndCost(a: HostedOfferCost, b: HostedOfferCost): number {
  const rank = ({ relation }: HostedOfferCost) => (relation === 'same' ? 0 : 1);
  return rank(a) - rank(b) || Number(a.hostedCost) - Number(b.hostedCost);
}

function isFirst(row: Row, index: number, rows: readonly Row[]): boolean {
  return rows[index - 1]?.model !== row.model;
}
