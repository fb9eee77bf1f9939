import { HttpClient } from '@angular/common/http';
import { Component, booleanAttribute, computed, inject, input, output } from '@angular/core';
import type { RecoveryCodes } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { Dialog } from '../ui/dialog';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';

/** Asks for the password before something that weakens the account, and sends it to `url`. */
@Component({
  selector: 'om-password-ask',
  imports: [Dialog, FailureNote, FormField],
  template: `
    <om-dialog #dialog small [heading]="heading()" (closed)="closed.emit()">
      <ng-content />
      <om-form-field label="Your password" [error]="fieldError()">
        <input
          #password
          class="input"
          type="password"
          autocomplete="current-password"
          (keydown.enter)="send(password.value)"
        />
      </om-form-field>
      <om-failure [of]="refusal()" />
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button
          type="button"
          class="btn"
          [class.primary]="!danger()"
          [class.solid-danger]="danger()"
          [disabled]="sending.isBusy()"
          (click)="send(password.value)"
        >
          {{ action() }}
        </button>
      </ng-container>
    </om-dialog>
  `,
})
export class PasswordAsk {
  readonly heading = input.required<string>();
  readonly action = input.required<string>();
  readonly url = input.required<string>();
  readonly danger = input(false, { transform: booleanAttribute });
  /** With the new codes, where there are any. */
  readonly done = output<RecoveryCodes | null>();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  protected readonly sending = new Action();
  protected readonly fieldError = computed(() => this.sending.failure()?.fields['password']);
  protected readonly refusal = computed(() =>
    this.fieldError() === undefined ? this.sending.failure() : null,
  );

  protected send(password: string): void {
    void this.sending.run(this.http.post<RecoveryCodes | null>(this.url(), { password }), (answer) =>
      this.done.emit(answer),
    );
  }
}
