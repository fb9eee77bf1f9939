import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, output, signal } from '@angular/core';
import { FormGroup } from '@angular/forms';
import type { SharedLimits } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { StatusFeed } from '../data/status-feed';
import { Dialog } from '../ui/dialog';
import { FailureNote } from '../ui/failure-note';
import { Icon } from '../ui/icon';
import { ToastList } from '../ui/toast-list';
import { UseBar } from '../ui/use-bar';
import { LimitFieldset } from './limit-fieldset';
import { type LimitForm, limitControls, toLimits } from './limit-fields';
import { usedLimits } from './limits-text';

/** Limits that several keys share, of a person or of all, with their use; and the dialog that changes them. */
@Component({
  selector: 'om-limits-card',
  imports: [Dialog, FailureNote, Icon, LimitFieldset, UseBar],
  template: `
    <section class="card" aria-labelledby="shared-limits-title">
      <header>
        <h2 id="shared-limits-title">{{ heading() }}</h2>
        <span class="meta">{{ text() }}</span>
        @if (mayWrite()) {
          <span class="tools">
            <button type="button" class="btn sm" (click)="edit()"><om-icon name="edit" />Edit limits</button>
          </span>
        }
      </header>
      <ul class="bars">
        @for (limit of bars(); track $index) {
          <li>
            <span class="soft">{{ limit.name }}</span>
            <om-use-bar [used]="limit.used" [limit]="limit.limit" [share]="limit.share" [hue]="limit.hue" />
          </li>
        } @empty {
          <li class="muted">No limits.</li>
        }
      </ul>
    </section>
    @if (form(); as fields) {
      <om-dialog #dialog [heading]="heading()" (closed)="close()">
        <om-limit-fieldset [controls]="fields.controls" [errors]="action.failure()?.fields ?? {}" />
        <om-failure [of]="refusal()" />
        <ng-container footer>
          <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
          <button type="button" class="btn primary" [disabled]="action.isBusy()" (click)="save()">
            Save
          </button>
        </ng-container>
      </om-dialog>
    }
  `,
  styles: `
    .bars {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
      gap: var(--sp-4) var(--sp-6);
      padding: var(--sp-3) var(--sp-5) var(--sp-5);
    }
  `,
})
export class LimitsCard {
  readonly heading = input.required<string>();
  /** Beside the heading: whose limits they are. */
  readonly text = input.required<string>();
  readonly shared = input.required<SharedLimits>();
  readonly mayWrite = input.required<boolean>();
  /** `PATCH` sends `{limits}`, `PUT` the limits themselves. */
  readonly method = input<'PATCH' | 'PUT'>('PUT');
  readonly url = input('');
  readonly saved = output();

  private readonly http = inject(HttpClient);
  private readonly toasts = inject(ToastList);
  private readonly currency = inject(StatusFeed).currency;
  protected readonly action = new Action();
  protected readonly form = signal<LimitForm | null>(null);
  protected readonly bars = computed(() => usedLimits(this.shared().limitsUse, this.currency()));
  protected readonly refusal = computed(() => {
    const failure = this.action.failure();
    return failure === null || Object.keys(failure.fields).length > 0 ? null : failure;
  });

  protected edit(): void {
    this.form.set(new FormGroup(limitControls(this.shared().limits)));
  }

  protected close(): void {
    this.form.set(null);
    this.action.reset();
  }

  protected save(): void {
    const form = this.form();
    form?.markAllAsTouched();
    if (form === null || form.invalid) return;
    const limits = toLimits(form.getRawValue());
    const body = this.method() === 'PATCH' ? { limits } : limits;
    void this.action.run(this.http.request(this.method(), this.url(), { body }), () => {
      this.close();
      this.toasts.show('The limits are saved.');
      this.saved.emit();
    });
  }
}
