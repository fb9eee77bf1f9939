import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, output, signal } from '@angular/core';
import type { UserItem, UserWithPassword } from '@ollameter/admin-contract';
import type { Observable } from 'rxjs';
import { Action } from '../data/action';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { ToastList } from '../ui/toast-list';
import { PersonForm } from './person-form';
import { PersonPassword } from './person-password';

type Step = 'invite' | 'edit' | 'reset-password' | 'reset-factor' | 'disable' | 'remove';

/** What can be done with an account, one dialog at a time; for the list and for a person's own page. */
@Component({
  selector: 'om-person-dialogs',
  imports: [ConfirmDialog, PersonForm, PersonPassword],
  template: `
    @if (step() === 'invite' || step() === 'edit') {
      <om-person-form
        [subject]="subject()"
        (invited)="told($event)"
        (saved)="done($event.email + ' is saved.')"
        (closed)="close()"
      />
    }
    @if (subject(); as person) {
      @switch (step()) {
        @case ('reset-password') {
          <om-confirm-dialog
            [heading]="'A new password for ' + name() + '?'"
            action="Reset password"
            [failure]="action.failure()"
            [isBusy]="action.isBusy()"
            (confirmed)="sendPasswordReset(person)"
            (closed)="close()"
          >
            <p class="soft">
              You get a password to hand on. The old one stops working, every session of theirs ends, and they
              have to choose their own when they sign in. Their keys go on working.
            </p>
          </om-confirm-dialog>
        }
        @case ('reset-factor') {
          <om-confirm-dialog
            [heading]="'Turn the second factor of ' + name() + ' off?'"
            action="Turn off"
            [failure]="action.failure()"
            [isBusy]="action.isBusy()"
            (confirmed)="sendFactorReset(person)"
            (closed)="close()"
          >
            <p class="soft">
              For somebody who lost both phone and recovery codes. Until they set it up again, their password
              alone is enough to sign in.
            </p>
          </om-confirm-dialog>
        }
        @case ('disable') {
          <om-confirm-dialog
            [heading]="'Disable ' + name() + '?'"
            action="Disable"
            [failure]="action.failure()"
            [isBusy]="action.isBusy()"
            (confirmed)="sendDisable(person)"
            (closed)="close()"
          >
            <p class="soft">
              They cannot sign in, and every session of theirs ends. {{ keysText() }} until they are enabled
              again. Their requests and cost stay.
            </p>
          </om-confirm-dialog>
        }
        @case ('remove') {
          <om-confirm-dialog
            [heading]="'Delete ' + name() + '?'"
            action="Delete person"
            [typed]="person.email"
            [failure]="action.failure()"
            [isBusy]="action.isBusy()"
            (confirmed)="sendRemoval(person)"
            (closed)="close()"
          >
            <p class="soft">
              Their account, tokens and sessions are gone at once. {{ removedKeysText() }} Requests and cost
              stay in the log, under the names of the keys. To keep the account, disable it instead.
            </p>
          </om-confirm-dialog>
        }
      }
    }
    @if (made(); as account) {
      <om-person-password [account]="account" (closed)="made.set(null)" />
    }
  `,
})
export class PersonDialogs {
  readonly changed = output();
  readonly removed = output();

  private readonly http = inject(HttpClient);
  private readonly toasts = inject(ToastList);
  protected readonly action = new Action();
  protected readonly step = signal<Step | null>(null);
  protected readonly subject = signal<UserItem | null>(null);
  protected readonly made = signal<UserWithPassword | null>(null);
  protected readonly name = computed(() => this.subject()?.name ?? this.subject()?.email ?? '');
  protected readonly keysText = computed(() => {
    const keys = this.subject()?.keys ?? 0;
    return keys === 0
      ? 'They have no keys'
      : keys === 1
        ? 'Their key is refused'
        : `Their ${keys} keys are refused`;
  });
  protected readonly removedKeysText = computed(() => {
    const keys = this.subject()?.keys ?? 0;
    if (keys === 0) return 'They have no keys.';
    return keys === 1 ? 'Their key is revoked for good.' : `Their ${keys} keys are revoked for good.`;
  });

  invite(): void {
    this.open('invite', null);
  }

  edit(person: UserItem): void {
    this.open('edit', person);
  }

  resetPassword(person: UserItem): void {
    this.open('reset-password', person);
  }

  resetFactor(person: UserItem): void {
    this.open('reset-factor', person);
  }

  disable(person: UserItem): void {
    this.open('disable', person);
  }

  /** Takes nothing away, so that nothing is asked. */
  enable(person: UserItem): void {
    this.subject.set(person);
    this.send(
      this.http.patch(urlOf(person), { disabled: false }),
      `${this.name()} may sign in again.`,
      (message) => this.toasts.error(message),
    );
  }

  remove(person: UserItem): void {
    this.open('remove', person);
  }

  protected close(): void {
    this.step.set(null);
    this.action.reset();
  }

  protected told(account: UserWithPassword): void {
    this.close();
    this.made.set(account);
    this.changed.emit();
  }

  protected done(text: string): void {
    this.close();
    this.toasts.show(text);
    this.changed.emit();
  }

  protected sendPasswordReset(person: UserItem): void {
    const request = this.http.post<UserWithPassword>(`${urlOf(person)}/reset-password`, {});
    void this.action.run(request, (account) => this.told(account));
  }

  protected sendFactorReset(person: UserItem): void {
    this.send(this.http.delete(`${urlOf(person)}/totp`), `The second factor of ${this.name()} is off.`);
  }

  protected sendDisable(person: UserItem): void {
    this.send(this.http.patch(urlOf(person), { disabled: true }), `${this.name()} is disabled.`);
  }

  protected sendRemoval(person: UserItem): void {
    void this.action.run(this.http.delete(urlOf(person)), () => {
      this.done(`${this.name()} is deleted.`);
      this.removed.emit();
    });
  }

  private send(request: Observable<unknown>, text: string, refused?: (message: string) => void): void {
    void this.action
      .run(request, () => this.done(text))
      .then(() => {
        const failure = this.action.failure();
        if (failure !== null) refused?.(failure.message);
      });
  }

  private open(step: Step, person: UserItem | null): void {
    this.subject.set(person);
    this.step.set(step);
  }
}

function urlOf({ id }: UserItem): string {
  return `/api/users/${id}`;
}
