import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, output, signal } from '@angular/core';
import type { PasswordChange } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';
import { Session } from './session';

const SHORTEST = 10;

/** Changes one's own password. */
@Component({
  selector: 'om-password-form',
  imports: [FailureNote, FormField],
  template: `
    <form class="stack" novalidate (submit)="save($event, current.value, chosen.value)">
      <input
        class="sr"
        type="text"
        autocomplete="username"
        tabindex="-1"
        aria-hidden="true"
        readonly
        [value]="email()"
      />
      <om-form-field [label]="currentLabel()" [error]="errors().currentPassword">
        <input
          #current
          class="input"
          autocomplete="current-password"
          [type]="type()"
          (input)="touched.set(false)"
        />
      </om-form-field>
      <om-form-field
        label="New password"
        [hint]="'At least ' + shortest + ' characters; a few unrelated words are easy to remember.'"
        [error]="errors().newPassword"
      >
        <input
          #chosen
          class="input"
          autocomplete="new-password"
          [type]="type()"
          (input)="touched.set(false)"
        />
      </om-form-field>
      <label class="row soft">
        <input #shown type="checkbox" [checked]="isShown()" (change)="isShown.set(shown.checked)" />
        Show what I type
      </label>
      <om-failure [of]="refusal()" />
      <div class="row">
        <button type="submit" class="btn primary" [attr.aria-disabled]="action.isBusy()">
          {{ submitLabel() }}
        </button>
        <ng-content />
      </div>
    </form>
  `,
})
export class PasswordForm {
  readonly currentLabel = input('Current password');
  readonly submitLabel = input('Change password');
  readonly changed = output();

  private readonly http = inject(HttpClient);
  private readonly user = inject(Session).user;
  protected readonly email = computed(() => this.user()?.email ?? '');
  protected readonly shortest = SHORTEST;
  protected readonly action = new Action();
  protected readonly isShown = signal(false);
  protected readonly type = computed(() => (this.isShown() ? 'text' : 'password'));
  /** True from a try until the next letter. */
  protected readonly touched = signal(false);
  private readonly typed = signal<PasswordChange>({ currentPassword: '', newPassword: '' });

  protected readonly errors = computed(() => {
    const fields = this.touched() ? { ...this.action.failure()?.fields, ...this.missing() } : {};
    return { currentPassword: fields['currentPassword'], newPassword: fields['newPassword'] };
  });
  /** What no field can say: too many tries, no answer. */
  protected readonly refusal = computed(() => {
    const failure = this.action.failure();
    return failure === null || Object.keys(failure.fields).length > 0 ? null : failure;
  });
  private readonly missing = computed((): Record<string, string> => {
    const { currentPassword, newPassword } = this.typed();
    return {
      ...(currentPassword === '' && { currentPassword: 'Type the password that you have now.' }),
      ...(newPassword.length < SHORTEST && { newPassword: `At least ${SHORTEST} characters are needed.` }),
    };
  });

  protected save(event: Event, currentPassword: string, newPassword: string): void {
    event.preventDefault();
    this.typed.set({ currentPassword, newPassword });
    this.touched.set(true);
    this.action.reset();
    if (Object.keys(this.missing()).length > 0) return;
    void this.action.run(this.http.post('/api/me/password', this.typed()), () => {
      (event.target as HTMLFormElement).reset();
      this.touched.set(false);
      this.changed.emit();
    });
  }
}
