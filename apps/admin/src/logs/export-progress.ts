import { HttpClient } from '@angular/common/http';
import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import type { LogExportItem, LogExportList } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { bytes, count } from '../format/count';
import { Icon } from '../ui/icon';
import { ProgressBar } from '../ui/progress-bar';

const REFRESH_MS = 1_000;
/** How often in a row the gateway may know of no export before one is taken to be over, or to run on another replica. */
const PATIENCE = 3;

/** How far one's own exports are. Asks once, and again only after `follow` and while one runs. */
@Component({
  selector: 'om-export-progress',
  imports: [Icon, ProgressBar],
  template: `
    @for (one of running(); track one.id) {
      @let share = shareOf(one);
      <section class="card" aria-label="Export">
        <div class="row between">
          <span class="row"
            ><om-icon name="download" /><span class="med" role="status"
              >Exporting {{ one.format.toUpperCase() }}</span
            ></span
          >
          <span class="muted grow">{{ reachOf(one) }}</span>
          <button type="button" class="btn sm" [disabled]="cancelling.isBusy()" (click)="cancel(one)">
            Cancel
          </button>
        </div>
        @if (share !== null) {
          <om-progress-bar label="Progress of the export" [share]="share" />
        }
        @if (cancelling.failure(); as failure) {
          <span class="field-error" role="alert">{{ failure.message }}</span>
        }
      </section>
    } @empty {
      @if (isStarted()) {
        <section class="card" aria-label="Export">
          <span class="row"
            ><om-icon name="download" /><span class="med" role="status">The download has started</span></span
          >
        </section>
      }
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
    section {
      display: grid;
      gap: var(--sp-2);
      padding: var(--sp-3) var(--sp-5);
    }
  `,
})
export class ExportProgress {
  private readonly http = inject(HttpClient);
  private readonly status = inject(StatusFeed).status;
  /** How many more answers without an export are waited for. */
  private readonly patience = signal(1);
  private readonly started = signal(false);
  private readonly list = polled<LogExportList>(
    () => (this.patience() > 0 ? '/api/logs/exports' : undefined),
    { everyMs: REFRESH_MS },
  );

  protected readonly cancelling = new Action();
  private readonly own = computed(() => this.list.value()?.items.filter(({ own }) => own) ?? []);
  protected readonly running = computed(() => (this.patience() > 0 ? this.own() : []));
  protected readonly isStarted = computed(() => this.started() && this.patience() > 0);

  constructor() {
    effect(() => {
      const failure = this.list.failure();
      if (this.list.value() === undefined && failure === null) return;
      const isRunning = failure === null && this.own().length > 0;
      untracked(() => this.heard(isRunning));
    });
  }

  /** One was asked for. */
  follow(): void {
    this.started.set(true);
    this.patience.set(PATIENCE);
  }

  protected cancel({ id }: LogExportItem): void {
    void this.cancelling.run(this.http.delete(`/api/logs/exports/${id}`), () => this.list.reload());
  }

  /** 0–1 of the rows that were expected; null where none were, or more came. */
  protected shareOf({ rows, estimatedRows }: LogExportItem): number | null {
    return estimatedRows === null || rows > estimatedRows ? null : rows / Math.max(1, estimatedRows);
  }

  protected reachOf(one: LogExportItem): string {
    const of = this.shareOf(one) === null ? '' : ` of about ${count(one.estimatedRows)}`;
    return `${count(one.rows)}${of} requests · ${bytes(one.bytes)}`;
  }

  private heard(isRunning: boolean): void {
    if (!isRunning) {
      this.patience.update((left) => Math.max(0, left - 1));
      return;
    }
    this.started.set(true);
    // Of several replicas the next one asked may not be the one that sends it.
    this.patience.set((this.status()?.replicas ?? 1) > 1 ? PATIENCE : 1);
  }
}
