import { Component, DOCUMENT, computed, inject, input, output } from '@angular/core';
import type { NewToken } from '@ollameter/admin-contract';
import { CopyButton } from '../ui/copy-button';
import { SecretText } from '../ui/secret-text';
import { ShownOnce } from '../ui/shown-once';

/** A new token's text, shown this once. */
@Component({
  selector: 'om-token-secret',
  imports: [CopyButton, SecretText, ShownOnce],
  template: `
    <om-shown-once
      [heading]="'Token for ' + token().name"
      promise="I have stored the token"
      (closed)="closed.emit()"
    >
      <p class="soft">Copy it now. It is stored as a hash and cannot be shown again.</p>
      <om-secret [text]="token().secret" label="The token" [focused]="true" />
      <div>
        <div class="row between">
          <span class="soft">Try it from a terminal</span>
          <om-copy [text]="curl(token().secret)" label="Copy with the token" />
        </div>
        <pre class="code" tabindex="0" aria-label="Example">{{ curl(token().prefix + '…') }}</pre>
      </div>
    </om-shown-once>
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
  private readonly path = computed(() => {
    const { scopes } = this.token();
    return scopes.length === 1 && scopes[0] === 'metrics' ? '/metrics' : '/api/auth/me';
  });

  protected curl(secret: string): string {
    return `curl ${this.origin}${this.path()} \\\n  -H "Authorization: Bearer ${secret}"`;
  }
}
