import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, output, viewChild } from '@angular/core';
import type { ModelItem, ModelSettingsView } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { Dialog } from '../ui/dialog';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';
import { ToastList } from '../ui/toast-list';

/** What every request for a model is sent with. */
@Component({
  selector: 'om-model-settings-dialog',
  imports: [Dialog, FailureNote, FormField],
  template: `
    <om-dialog #dialog small [heading]="model().name" (closed)="closed.emit()">
      <om-form-field
        label="Context, tokens (num_ctx)"
        hint="The same for every request, so that the model is never reloaded for another. Empty: the host's default."
        [error]="errors()['numCtx']"
      >
        <input #numCtx class="input" type="number" min="1" [value]="model().settings.numCtx ?? ''" />
      </om-form-field>
      <om-form-field
        label="Stays in memory (keep_alive)"
        hint="5m, 1h; -1 for ever, 0 not at all. Empty: the host's default."
        [error]="errors()['keepAlive']"
      >
        <input #keepAlive class="input" autocomplete="off" [value]="model().settings.keepAlive ?? ''" />
      </om-form-field>
      <om-failure [of]="action.failure()" />
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button
          type="button"
          class="btn primary"
          [disabled]="action.isBusy()"
          (click)="save(numCtx.value, keepAlive.value.trim())"
        >
          Save
        </button>
      </ng-container>
    </om-dialog>
  `,
})
export class ModelSettingsDialog {
  readonly model = input.required<ModelItem>();
  readonly saved = output();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  private readonly toasts = inject(ToastList);
  private readonly dialog = viewChild.required(Dialog);
  protected readonly action = new Action();
  protected readonly errors = computed(() => this.action.failure()?.fields ?? {});

  protected save(numCtx: string, keepAlive: string): void {
    const body: ModelSettingsView = {
      numCtx: numCtx === '' ? null : Number(numCtx),
      keepAlive: keepAlive === '' ? null : keepAlive,
    };
    const url = `/api/models/${encodeURIComponent(this.model().name)}/settings`;
    void this.action.run(this.http.patch(url, body), () => {
      this.toasts.show(`${this.model().name} is saved.`);
      this.saved.emit();
      this.dialog().close();
    });
  }
}
