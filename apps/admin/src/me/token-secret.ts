import { Component, DOCUMENT, computed, inject, input, output, signal, viewChild } from '@angular/core';
import type { NewToken } from '@ollameter/admin-contract';
import { CopyButton } from '../ui/copy-button';
import { Dialog } from '../ui/dialog';
import { SecretText } from '../ui/secret-text';

/** A new token's text, shown this once. */
@Component({
  selector: 'om-token-secret',
  imports: [CopyButton, Dialog, SecretText],
  template: `
    <om-dialog [heading]="'Token for ' + token().name" [dismissable]="false" (closed)="closed.emit()">
      <p class="soft">Copy it now. It is stored as a hash and cannot be shown again.</p>
      <om-secret [text]="token().secret" label="The token" [focused]="true" />
      <div>
        <div class="row between">
          <span class="soft">Try it from a terminal</span>
          <om-copy [text]="curl(token().secret)" label="Copy with the token" />
        </div>
        <pre class="code" tabindex="0" aria-label="Example">{{ curl(token().prefix + '…') }}</pre>
      </div>
      <ng-container footer>
        <label class="row soft grow">
          <input
            type="checkbox"
            [checked]="isStored()"
            (change)="isStored.set($any($event.target).checked)"
          />
          I have stored the token
        </label>
        <button type="button" class="btn primary" [disabled]="!isStored()" (click)="dialog().close()">
          Done
        </button>
      </ng-container>
    </om-dialog>
  `,
  styles: `
    .code {
      margin-top: var(--sp-2);
    }
  `,
})
export class TokenSecret {
  readonly token = input.required<NewToken>();
  readonly closed = output();

  private readonly origin = inject(DOCUMENT).location.origin;
  protected readonly dialog = viewChild.required(Dialog);
  protected readonly isStored = signal(false);
  private readonly path = computed(() => {
    const { scopes } = this.token();
    return scopes.length === 1 && scopes[0] === 'metrics' ? '/metrics' : '/api/auth/me';
  });

  protected curl(secret: string): string {
    return `curl ${this.origin}${this.path()} \\\n  -H "Authorization: Bearer ${secret}"`;
  }
}
