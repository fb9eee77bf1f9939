import { Component, DOCUMENT, inject, input, output } from '@angular/core';
import type { UserWithPassword } from '@ollameter/admin-contract';
import { CopyButton } from '../ui/copy-button';
import { SecretText } from '../ui/secret-text';
import { ShownOnce } from '../ui/shown-once';

/** The password made for a person, shown this once. */
@Component({
  selector: 'om-person-password',
  imports: [CopyButton, SecretText, ShownOnce],
  template: `
    <om-shown-once
      small
      [heading]="'Password for ' + (account().user.name ?? account().user.email)"
      promise="I have copied it"
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
    </om-shown-once>
  `,
})
export class PersonPassword {
  readonly account = input.required<UserWithPassword>();
  readonly closed = output();

  protected readonly origin = inject(DOCUMENT).location.origin;

  protected message(): string {
    const { user, password } = this.account();
    return `${this.origin}\nE-mail: ${user.email}\nPassword: ${password}\nYou will be asked to choose your own.`;
  }
}
