import { Component, booleanAttribute, computed, input, output, signal, viewChild } from '@angular/core';
import type { Failure } from '../data/failure';
import { Dialog } from './dialog';
import { FailureNote } from './failure-note';
import { FormField } from './form-field';

/**
 * Asks before something that cannot be taken back. Its content says what stops and what stays; where `typed` is given,
 * it has to be typed first.
 */
@Component({
  selector: 'om-confirm-dialog',
  imports: [Dialog, FailureNote, FormField],
  template: `
    <om-dialog #dialog small [heading]="heading()" (closed)="closed.emit()">
      <ng-content />
      @if (typed(); as name) {
        <om-form-field [label]="'Type ' + name + ' to go on'">
          <input
            #answer
            class="input"
            autocomplete="off"
            spellcheck="false"
            [value]="text()"
            (input)="text.set(answer.value)"
            (keydown.enter)="confirm()"
          />
        </om-form-field>
      }
      <om-failure [of]="failure()" />
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button type="button" class="btn solid-danger" [disabled]="!mayConfirm()" (click)="confirm()">
          {{ action() }}
        </button>
      </ng-container>
    </om-dialog>
  `,
})
export class ConfirmDialog {
  readonly heading = input.required<string>();
  /** The word on the button: "Delete key". */
  readonly action = input.required<string>();
  readonly typed = input<string>();
  readonly failure = input<Failure | null>(null);
  readonly isBusy = input(false, { transform: booleanAttribute });
  readonly confirmed = output();
  readonly closed = output();

  protected readonly text = signal('');
  protected readonly mayConfirm = computed(
    () => !this.isBusy() && (this.typed() === undefined || this.text().trim() === this.typed()),
  );
  private readonly dialog = viewChild.required(Dialog);

  close(): void {
    this.dialog().close();
  }

  protected confirm(): void {
    if (this.mayConfirm()) this.confirmed.emit();
  }
}
