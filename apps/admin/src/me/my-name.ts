import { HttpClient } from '@angular/common/http';
import { Component, computed, inject } from '@angular/core';
import type { MyAccount } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { Session } from '../session/session';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';
import { ToastList } from '../ui/toast-list';

/** How one is called in the portal. */
@Component({
  selector: 'om-my-name',
  imports: [FailureNote, FormField],
  template: `
    <form class="stack" (submit)="save($event, name.value.trim())">
      <om-form-field
        label="Your name"
        hint="Shown beside your keys and in the audit. Empty: your e-mail address."
        [error]="action.failure()?.fields?.['name']"
      >
        <input #name class="input" autocomplete="name" maxlength="100" [value]="user()?.name ?? ''" />
      </om-form-field>
      <om-failure [of]="refusal()" />
      <div class="row">
        <button type="submit" class="btn" [attr.aria-disabled]="action.isBusy()">Save name</button>
      </div>
    </form>
  `,
})
export class MyName {
  private readonly http = inject(HttpClient);
  private readonly session = inject(Session);
  private readonly toasts = inject(ToastList);
  protected readonly user = this.session.user;
  protected readonly action = new Action();
  protected readonly refusal = computed(() => {
    const failure = this.action.failure();
    return failure?.fields['name'] === undefined ? failure : null;
  });

  protected save(event: Event, name: string): void {
    event.preventDefault();
    const body = { name: name === '' ? null : name };
    void this.action.run(this.http.patch<MyAccount>('/api/me', body), async () => {
      await this.session.restore();
      this.toasts.show('Your name is saved.');
    });
  }
}
