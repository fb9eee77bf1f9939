import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { ModelLeague as League } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import type { TableData } from '../../charts/table-data';
import { AnalyticsQuery } from '../../data/analytics-query';
import { polled } from '../../data/polled';
import { count, tokensPerSecond } from '../../format/count';
import { energy, energyText } from '../../format/energy';
import { UNKNOWN, numberFormat } from '../../format/figure';
import { money } from '../../format/money';
import { EmptyState } from '../../ui/empty-state';
import { FigureText } from '../../ui/figure-text';
import { Icon } from '../../ui/icon';
import { MoneyText } from '../../ui/money-text';
import { Panel } from '../../ui/panel';
import type { PeriodChoice } from '../../ui/period-choice';
import { Skeleton } from '../../ui/skeleton';

/** What each model costs on the own hardware. */
@Component({
  selector: 'om-model-league',
  imports: [ChartCard, EmptyState, FigureText, Icon, MoneyText, Panel, RouterLink, Skeleton],
  template: `
    <om-chart-card
      heading="Models"
      meta="energy and cost per million output tokens"
      isTable
      [table]="table()"
    >
      <om-panel [source]="league" label="the models">
        <div skeleton>
          @for (row of [1, 2, 3, 4]; track row) {
            <div class="ghost-row"><om-skeleton width="9rem" /><om-skeleton width="50%" /></div>
          }
        </div>
        @if (items().length === 0) {
          <om-empty-state icon="model" heading="No model ran in this period">
            <p>A model appears here with its first settled request.</p>
          </om-empty-state>
        } @else {
          <div class="tscroll bleed last" tabindex="0" role="group" aria-label="Models, table">
            <table class="tbl cards">
              <thead>
                <tr>
                  <th scope="col">Model</th>
                  <th scope="col" class="num">Requests</th>
                  <th scope="col" class="num">Energy</th>
                  <th scope="col" class="num">Cost</th>
                  <th scope="col" class="num">Wh per M tokens</th>
                  <th scope="col" class="num">Cost per M tokens</th>
                  <th scope="col" class="num">J a token</th>
                  <th scope="col" class="num">Tok/s</th>
                  <th scope="col" class="num">At once</th>
                </tr>
              </thead>
              <tbody>
                @for (item of items(); track item.model + item.host) {
                  <tr>
                    <th scope="row" class="name">
                      <a class="med" routerLink="/logs" [queryParams]="{ model: item.model }">{{
                        item.model
                      }}</a>
                      @if (severalHosts()) {
                        <span class="sub"> {{ item.host }}</span>
                      }
                    </th>
                    <td class="num" data-label="Requests">{{ format.count(item.requests) }}</td>
                    <td class="num" data-label="Energy">
                      <om-figure [value]="format.energy(item.energyWh)" />
                    </td>
                    <td class="num" data-label="Cost">
                      <om-money [amount]="item.cost" [currency]="currency()" />
                    </td>
                    <td class="num med" data-label="Wh per M tokens">
                      {{ format.energyText(item.whPerMillionTokens) }}
                    </td>
                    <td class="num med" data-label="Cost per M tokens">
                      <om-money [amount]="item.costPerMillionTokens" [currency]="currency()" />
                    </td>
                    <td class="num" data-label="J a token">
                      @if (item.suspicious) {
                        <span
                          class="chip warn"
                          title="A local model takes 0.1 to 8 J for a token. Outside of that the meter may be wrong."
                          ><om-icon name="warning" />{{ joules(item.joulesPerToken) }}
                          <span class="sr">, not plausible: check the meter</span></span
                        >
                      } @else {
                        {{ joules(item.joulesPerToken) }}
                      }
                    </td>
                    <td class="num" data-label="Tok/s">{{ format.tokensPerSecond(item.tokensPerSecond) }}</td>
                    <td class="num" data-label="At once">{{ joules(item.concurrency) }}</td>
                  </tr>
                }
              </tbody>
            </table>
          </div>
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
  `,
})
export class ModelLeague {
  readonly choice = input.required<PeriodChoice>();

  private readonly query = inject(AnalyticsQuery);
  protected readonly format = { count, energy, energyText, tokensPerSecond };
  protected readonly league = polled<League>(() => {
    const params = this.query.params(this.choice());
    return params === undefined ? undefined : { url: '/api/energy/models', params };
  });
  protected readonly items = computed(() =>
    (this.league.value()?.items ?? []).toSorted((a, b) => b.energyWh - a.energyWh),
  );
  protected readonly currency = computed(() => this.league.value()?.currency ?? 'USD');
  protected readonly severalHosts = computed(() => new Set(this.items().map(({ host }) => host)).size > 1);

  protected joules(value: number | null): string {
    return value === null ? UNKNOWN : numberFormat({ maximumSignificantDigits: 3 }).format(value);
  }

  protected readonly table = computed<TableData>(() => ({
    columns: [
      { name: 'Model', isText: true },
      { name: 'Host', isText: true },
      { name: 'Requests' },
      { name: 'Prompt tokens' },
      { name: 'Completion tokens' },
      { name: 'Energy, Wh' },
      { name: `Cost, ${this.currency()}` },
      { name: 'Wh per million completion tokens' },
      { name: `${this.currency()} per million completion tokens` },
      { name: 'J per completion token' },
      { name: 'Tokens per second' },
      { name: 'Mean concurrency' },
    ],
    rows: this.items().map((item) => [
      { text: item.model },
      { text: item.host },
      ...[item.requests, item.promptTokens, item.completionTokens, item.energyWh].map(figure),
      { text: money(item.cost, this.currency()), value: item.cost },
      figure(item.whPerMillionTokens),
      { text: money(item.costPerMillionTokens, this.currency()), value: item.costPerMillionTokens },
      ...[item.joulesPerToken, item.tokensPerSecond, item.concurrency].map(figure),
    ]),
  }));
}

function figure(value: number | null) {
  return { text: value === null ? UNKNOWN : String(value), value };
}
