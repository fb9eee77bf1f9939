import { Component, DOCUMENT, computed, inject, input, output, signal, viewChild } from '@angular/core';
import { CopyButton } from '../ui/copy-button';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { saveText } from '../ui/save-text';

/** Recovery codes, shown this once. */
@Component({
  selector: 'om-recovery-code-dialog',
  imports: [CopyButton, Dialog, Icon],
  template: `
    <om-dialog small heading="Your recovery codes" [dismissable]="false" (closed)="closed.emit()">
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
      <ng-container footer>
        <label class="row soft grow">
          <input type="checkbox" [checked]="isKept()" (change)="isKept.set($any($event.target).checked)" />
          I have kept them
        </label>
        <button type="button" class="btn primary" [disabled]="!isKept()" (click)="dialog().close()">
          Done
        </button>
      </ng-container>
    </om-dialog>
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
  protected readonly dialog = viewChild.required(Dialog);
  protected readonly isKept = signal(false);
  protected readonly text = computed(() => this.codes().join('\n'));

  protected save(): void {
    saveText(this.document, 'ollameter-recovery-codes.txt', `${this.text()}\n`);
  }
}
