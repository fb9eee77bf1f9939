import { Component, computed, input, signal } from '@angular/core';
import type { EnergyOverview } from '@ollameter/admin-contract';
import { ChartCard } from '../../charts/chart-card';
import { DataTable } from '../../charts/data-table';
import type { TableData } from '../../charts/table-data';
import type { Polled } from '../../data/polled';
import { percent } from '../../format/count';
import { energy, energyText } from '../../format/energy';
import { money } from '../../format/money';
import { EmptyState } from '../../ui/empty-state';
import { FigureText } from '../../ui/figure-text';
import { MoneyText } from '../../ui/money-text';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { KINDS } from '../kinds';

/** Requests, loading, idle and the rest: together what was metered, exactly. */
@Component({
  selector: 'om-energy-split',
  imports: [ChartCard, DataTable, EmptyState, FigureText, MoneyText, Panel, Skeleton],
  template: `
    <om-chart-card heading="Where the electricity went" [table]="table()" #card>
      <om-panel [source]="source()" label="where the electricity went">
        <div class="stack" skeleton>
          <om-skeleton height="0.75rem" />
          @for (row of kinds; track row.kind) {
            <om-skeleton width="80%" />
          }
        </div>
        @if (isEmpty()) {
          <om-empty-state icon="energy" heading="Nothing was metered in this period" />
        } @else if (card.asTable()) {
          <om-data-table label="Where the electricity went" [table]="table()" />
        } @else if (source().value(); as overview) {
          <div class="stackbar" aria-hidden="true">
            @for (row of rows(); track row.kind) {
              @if (row.share > 0) {
                <i [class]="row.key" [style.width.%]="100 * row.share"></i>
              }
            }
          </div>
          <ul>
            @for (row of rows(); track row.kind) {
              <li [title]="row.meaning">
                <i [class]="'key ' + row.key" aria-hidden="true"></i>
                <span class="grow">{{ row.name }}</span>
                <span class="num muted">{{ percent(row.share) }}</span>
                <span class="num wh"><om-figure [value]="row.energy" /></span>
                <b class="num med cost"><om-money [amount]="row.cost" [currency]="overview.currency" /></b>
              </li>
            }
            <li class="sum">
              <span class="grow strong">Metered</span>
              <span class="num wh strong"><om-figure [value]="total()" /></span>
              <b class="num cost"
                ><om-money [amount]="overview.total.cost" [currency]="overview.currency"
              /></b>
            </li>
          </ul>
          @if (overview.otherCurrencies.length > 0) {
            <p class="hint">
              Time that was priced in {{ overview.otherCurrencies.join(', ') }} is not in these sums.
            </p>
          }
        }
      </om-panel>
      <div class="foot" foot>
        <span class="grow">{{ note() }}</span>
        <div class="seg sm" role="group" aria-label="Who pays for the idle draw">
          <button
            type="button"
            title="A request pays for all that was drawn while it ran"
            [attr.aria-pressed]="view() === 'byKind'"
            (click)="view.set('byKind')"
          >
            Full
          </button>
          <button
            type="button"
            title="A request pays for what it drew above idle"
            [attr.aria-pressed]="view() === 'marginal'"
            (click)="view.set('marginal')"
          >
            Above idle
          </button>
        </div>
      </div>
    </om-chart-card>
  `,
  styles: `
    :host {
      display: contents;
    }
    ul {
      margin-top: var(--sp-3);
    }
    li {
      display: flex;
      align-items: center;
      gap: 0.625rem;
      min-height: 2.5rem;
      border-top: 1px solid var(--border);
    }
    li:first-child {
      border-top: 0;
    }
    .wh {
      min-width: 5rem;
    }
    .cost {
      min-width: 5rem;
    }
    .sum {
      border-top-color: var(--border-strong);
    }
    @media (max-width: 767px) {
      .wh,
      .cost {
        min-width: 4.25rem;
      }
    }
  `,
})
export class EnergySplit {
  readonly source = input.required<Polled<EnergyOverview>>();

  protected readonly kinds = KINDS;
  protected readonly percent = percent;
  protected readonly view = signal<'byKind' | 'marginal'>('byKind');
  protected readonly isEmpty = computed(() => this.source().value()?.total.energyPj === '0');
  protected readonly total = computed(() => energy(this.source().value()?.total.energyWh));
  protected readonly rows = computed(() => {
    const overview = this.source().value();
    if (overview === undefined) return [];
    const sums = overview[this.view()];
    return KINDS.map((words) => ({
      ...words,
      share: overview.total.energyWh === 0 ? 0 : sums[words.kind].energyWh / overview.total.energyWh,
      energy: energy(sums[words.kind].energyWh),
      wh: sums[words.kind].energyWh,
      cost: sums[words.kind].cost,
    }));
  });
  protected readonly note = computed(() =>
    this.view() === 'byKind'
      ? 'Sums to the meter exactly.'
      : 'What the machine draws anyway is moved to idle; the same total.',
  );
  protected readonly table = computed<TableData>(() => {
    const overview = this.source().value();
    const currency = overview?.currency ?? '';
    return {
      columns: [
        { name: 'For', isText: true },
        { name: 'Share' },
        { name: 'Energy, Wh' },
        { name: `Cost, ${currency}` },
      ],
      rows: this.rows().map(({ name, share, energy: figure, wh, cost }) => [
        { text: name },
        { text: percent(share), value: share },
        { text: energyText(wh), value: wh, exact: figure.exact },
        { text: money(cost, currency), value: cost },
      ]),
      ...(overview === undefined
        ? {}
        : {
            foot: [
              { text: 'Metered' },
              { text: percent(1), value: 1 },
              {
                text: energyText(overview.total.energyWh),
                value: overview.total.energyWh,
                exact: this.total().exact,
              },
              { text: money(overview.total.cost, currency), value: overview.total.cost },
            ],
          }),
    };
  });
}
