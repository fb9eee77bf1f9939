import { Component, DOCUMENT, inject, input, output, signal, viewChild } from '@angular/core';
import type { UserWithPassword } from '@ollameter/admin-contract';
import { CopyButton } from '../ui/copy-button';
import { Dialog } from '../ui/dialog';
import { SecretText } from '../ui/secret-text';

/** The password made for a person, shown this once. */
@Component({
  selector: 'om-person-password',
  imports: [CopyButton, Dialog, SecretText],
  template: `
    <om-dialog
      small
      [heading]="'Password for ' + (account().user.name ?? account().user.email)"
      [dismissable]="false"
      (closed)="closed.emit()"
    >
      <p class="soft">
        Hand it on now: it is not shown again. It works once, to sign in and choose a password of their own.
      </p>
      <om-secret [text]="account().password" label="The password" [focused]="true" />
      <div class="row between wrap">
        <span class="soft"
          >They sign in at <span class="mono">{{ origin }}</span></span
        >
        <om-copy [text]="message()" label="Copy as message" />
      </div>
      <ng-container footer>
        <label class="row soft grow">
          <input type="checkbox" [checked]="isKept()" (change)="isKept.set($any($event.target).checked)" />
          I have copied it
        </label>
        <button type="button" class="btn primary" [disabled]="!isKept()" (click)="dialog().close()">
          Done
        </button>
      </ng-container>
    </om-dialog>
  `,
})
export class PersonPassword {
  readonly account = input.required<UserWithPassword>();
  readonly closed = output();

  protected readonly origin = inject(DOCUMENT).location.origin;
  protected readonly dialog = viewChild.required(Dialog);
  protected readonly isKept = signal(false);

  protected message(): string {
    const { user, password } = this.account();
    return `${this.origin}\nE-mail: ${user.email}\nPassword: ${password}\nYou will be asked to choose your own.`;
  }
}
