import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { OUTCOMES, type UsageTotals } from '@ollameter/admin-contract';
import { count, percent } from '../format/count';
import { OUTCOME_WORDS } from '../format/outcome';
import type { Polled } from '../data/polled';
import { EmptyState } from '../ui/empty-state';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/skeleton';

const NOT_COMPLETED = OUTCOMES.filter((outcome) => outcome !== 'completed');

/** What did not end as it should, by how it ended; each leads to its rows. */
@Component({
  selector: 'om-outcomes',
  imports: [EmptyState, Panel, RouterLink, Skeleton],
  template: `
    <section class="card" aria-label="Not completed">
      <header>
        <h2>Not completed</h2>
        <span class="meta">{{ meta() }}</span>
      </header>
      <om-panel [source]="source()" label="what was not completed">
        <div class="body" skeleton><om-skeleton height="6rem" /></div>
        @if (rows().length === 0) {
          <om-empty-state icon="check" heading="Everything was answered" />
        } @else {
          <ul class="body">
            @for (row of rows(); track row.outcome) {
              <li>
                <span class="chip" [class]="'chip ' + row.words.tone">{{ row.words.name }}</span>
                <span class="grow soft">{{ row.words.meaning }}</span>
                <a class="num" routerLink="/logs" [queryParams]="{ outcome: row.outcome, ...logParams() }">{{
                  count(row.requests)
                }}</a>
              </li>
            }
          </ul>
        }
      </om-panel>
    </section>
  `,
  styles: `
    :host {
      display: contents;
    }
    li {
      display: flex;
      gap: 0.75rem;
      align-items: center;
      min-height: 2.5rem;
      border-top: 1px solid var(--border);
    }
    li:first-child {
      border-top: 0;
    }
    .chip {
      flex: none;
    }
  `,
})
export class Outcomes {
  readonly source = input.required<Polled<UsageTotals>>();
  /** The period, as the log's filter spells it. */
  readonly logParams = input<Readonly<Record<string, string>>>({});

  protected readonly count = count;
  protected readonly rows = computed(() =>
    NOT_COMPLETED.map((outcome) => ({
      outcome,
      words: OUTCOME_WORDS[outcome],
      requests: this.source().value()?.requestsByOutcome[outcome] ?? 0,
    })).filter(({ requests }) => requests > 0),
  );
  protected readonly meta = computed(() => {
    const failed = this.rows().reduce((sum, { requests }) => sum + requests, 0);
    const all = failed + (this.source().value()?.requests ?? 0);
    return all === 0 ? '' : `${count(failed)} of ${count(all)}, ${percent(failed / all)}`;
  });
}
