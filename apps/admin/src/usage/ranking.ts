import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Breakdown, BreakdownBy, BreakdownItem } from '@ollameter/admin-contract';
import { ChartCard } from '../charts/chart-card';
import type { TableData } from '../charts/table-data';
import { AnalyticsQuery } from '../data/analytics-query';
import { polled } from '../data/polled';
import { compactCount, count, percent } from '../format/count';
import { energy } from '../format/energy';
import { EmptyState } from '../ui/empty-state';
import { FigureText } from '../ui/figure-text';
import { MoneyText } from '../ui/money-text';
import { Panel } from '../ui/panel';
import type { PeriodChoice } from '../ui/period-choice';
import { Skeleton } from '../ui/skeleton';

const SHOWN = 5;
const BREAKDOWN = '/api/analytics/breakdown';

/** Who or what was used most in the period: five as bars, all as a table. */
@Component({
  selector: 'om-ranking',
  imports: [ChartCard, EmptyState, FigureText, MoneyText, Panel, RouterLink, Skeleton],
  templateUrl: './ranking.html',
  styleUrl: './ranking.css',
})
export class Ranking {
  readonly heading = input.required<string>();
  readonly by = input.required<BreakdownBy>();
  readonly choice = input.required<PeriodChoice>();
  /** Where the gateway tells it. */
  readonly url = input(BREAKDOWN);
  /** Further parameters of the question: whose use. */
  readonly of = input<Readonly<Record<string, string>>>({});
  /** The filter of the log that shows one entry's requests; none where the log has no such filter. */
  readonly logFilter = input<string>();
  /** Filters that go with it. */
  readonly logParams = input<Readonly<Record<string, string>>>({});

  private readonly query = inject(AnalyticsQuery);
  private readonly params = computed(() => {
    const common = this.query.params(this.choice());
    return common === undefined ? undefined : { ...common, ...this.of(), by: this.by() };
  });
  protected readonly breakdown = polled<Breakdown>(() => {
    const params = this.params();
    return params === undefined ? undefined : { url: this.url(), params };
  });
  protected readonly items = computed(() => this.breakdown.value()?.items ?? []);
  protected readonly shown = computed(() => this.items().slice(0, SHOWN));
  protected readonly most = computed(() => Math.max(1, ...this.items().map(({ requests }) => requests)));
  protected readonly other = computed(() => this.breakdown.value()?.other ?? null);
  /** None where the gateway has no file of it: then the figures are saved as they are here. */
  protected readonly exportUrl = computed(() => {
    const query = new URLSearchParams(this.params() ?? {}).toString();
    return this.url() === BREAKDOWN ? `${BREAKDOWN}/export?${query}` : undefined;
  });
  protected readonly table = computed<TableData>(() => ({
    columns: [
      { name: 'Name', isText: true },
      { name: 'Requests' },
      { name: 'Tokens' },
      { name: 'Energy, Wh' },
      { name: 'Cost' },
    ],
    rows: this.items().map((item) => [
      { text: this.name(item) },
      { text: count(item.requests), value: item.requests },
      { text: count(item.totalTokens), value: item.totalTokens },
      { text: String(item.energyWh), value: item.energyWh },
      { text: item.cost },
    ]),
  }));
  protected readonly foot = computed(() => {
    const items = this.items().length;
    if (items <= SHOWN && this.other() === null) return '';
    return `${SHOWN} of ${this.other() === null ? items : `more than ${items}`}`;
  });
  protected readonly count = count;
  protected readonly percent = percent;
  protected readonly energy = energy;
  protected readonly rows = Array.from({ length: SHOWN });

  protected tokens(tokens: number) {
    return compactCount(tokens, 'tokens');
  }

  protected name({ name, id }: BreakdownItem): string {
    return name || id || '(none)';
  }

  protected filter(item: BreakdownItem): Record<string, string> | null {
    const field = this.logFilter();
    return field === undefined ? null : { ...this.logParams(), [field]: item.name || item.id };
  }
}
