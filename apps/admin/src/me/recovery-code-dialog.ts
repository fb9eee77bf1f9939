import { Component, DOCUMENT, computed, inject, input, output } from '@angular/core';
import { CopyButton } from '../ui/copy-button';
import { Icon } from '../ui/icon';
import { saveText } from '../ui/save-text';
import { ShownOnce } from '../ui/shown-once';

/** Recovery codes, shown this once. */
@Component({
  selector: 'om-recovery-code-dialog',
  imports: [CopyButton, Icon, ShownOnce],
  template: `
    <om-shown-once small heading="Your recovery codes" promise="I have kept them" (closed)="closed.emit()">
      <p class="soft">
        Each lets you in once when your authenticator is not at hand. They are not shown again: keep them
        where you keep your passwords.
      </p>
      <ul class="codes mono" aria-label="Recovery codes">
        @for (code of codes(); track code) {
          <li>{{ code }}</li>
        }
      </ul>
      <div class="row">
        <om-copy [text]="text()" label="Copy all" />
        <button type="button" class="btn" (click)="save()"><om-icon name="download" />Save as file</button>
      </div>
    </om-shown-once>
  `,
  styles: `
    .codes {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
      gap: var(--sp-2) var(--sp-4);
      padding: var(--sp-3) var(--sp-4);
      border: 1px solid var(--border-control);
      border-radius: var(--radius-md);
      background: var(--surface-sunken);
    }
  `,
})
export class RecoveryCodeDialog {
  readonly codes = input.required<readonly string[]>();
  readonly closed = output();

  private readonly document = inject(DOCUMENT);
  protected readonly text = computed(() => this.codes().join('\n'));

  protected save(): void {
    saveText(this.document, 'ollameter-recovery-codes.txt', `${this.text()}\n`);
  }
}
