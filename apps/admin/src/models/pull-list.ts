import { Component, inject } from '@angular/core';
import { bytes } from '../format/count';
import { percent } from '../format/count';
import { Icon } from '../ui/icon';
import { type PullState, pullTotals } from './pull-state';
import { Pulls } from './pulls';

/** The downloads on their way, each with its bar. */
@Component({
  selector: 'om-pull-list',
  imports: [Icon],
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
          <progress
            [attr.aria-label]="'Progress of ' + pull.name"
            [attr.max]="totals?.totalBytes ?? 1"
            [attr.value]="
              pull.isOver && !pull.error ? (totals?.totalBytes ?? 1) : (totals?.completedBytes ?? null)
            "
          ></progress>
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
    progress {
      appearance: none;
      display: block;
      width: 100%;
      height: 6px;
      margin-block: var(--sp-2);
      border: 0;
      border-radius: 3px;
      overflow: hidden;
      background: var(--chart-ghost);
    }
    progress::-webkit-progress-bar {
      background: var(--chart-ghost);
    }
    progress::-webkit-progress-value {
      background: var(--chart-1);
    }
    progress::-moz-progress-bar {
      background: var(--chart-1);
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
}
