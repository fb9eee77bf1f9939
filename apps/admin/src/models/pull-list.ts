import { Component, inject } from '@angular/core';
import { bytes } from '../format/count';
import { percent } from '../format/count';
import { Icon } from '../ui/icon';
import { ProgressBar } from '../ui/progress-bar';
import { type PullState, pullTotals } from './pull-state';
import { Pulls } from './pulls';

/** The downloads on their way, each with its bar. */
@Component({
  selector: 'om-pull-list',
  imports: [Icon, ProgressBar],
  template: `
    @for (pull of pulls.pulls(); track pull.name) {
      @let totals = totalsOf(pull);
      <section class="card" [attr.aria-label]="'Download of ' + pull.name">
        <div class="body">
          <div class="row between">
            <span class="row">
              <om-icon [name]="pull.error ? 'warning' : pull.isOver ? 'check' : 'download'" />
              <b class="med">{{ pull.name }}</b>
            </span>
            @if (pull.isOver) {
              <button type="button" class="btn sm" (click)="pulls.dismiss(pull.name)">Close</button>
            } @else {
              <button type="button" class="btn sm" (click)="pulls.cancel(pull.name)">Cancel</button>
            }
          </div>
          <om-progress-bar [label]="'Progress of ' + pull.name" [share]="shareOf(pull)" />
          <div class="row between muted wrap" role="status">
            @if (pull.error) {
              <span class="field-error">{{ pull.error }}</span>
            } @else {
              <span>{{ pull.isOver ? 'Ready to use' : pull.status }}</span>
            }
            @if (totals) {
              <span
                >{{ bytes(totals.completedBytes) }} of {{ bytes(totals.totalBytes) }},
                {{ percent(totals.completedBytes / totals.totalBytes) }}</span
              >
            }
          </div>
        </div>
      </section>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--sp-3);
    }
    :host:empty {
      display: none;
    }
    om-progress-bar {
      margin-block: var(--sp-2);
    }
  `,
})
export class PullList {
  protected readonly pulls = inject(Pulls);
  protected readonly bytes = bytes;
  protected readonly percent = percent;

  protected totalsOf(pull: PullState): ReturnType<typeof pullTotals> {
    return pullTotals(pull);
  }

  /** 0–1; null while the host has not said how much there is. */
  protected shareOf(pull: PullState): number | null {
    if (pull.isOver && !pull.error) return 1;
    const totals = pullTotals(pull);
    return totals && totals.completedBytes / totals.totalBytes;
  }
}
