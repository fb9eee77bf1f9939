import { Component, inject, input, output, signal, viewChild } from '@angular/core';
import type { ModelList } from '@ollameter/admin-contract';
import { Dialog } from '../ui/dialog';
import { FormField } from '../ui/form-field';
import { Pulls } from './pulls';

/** Which model to download, and to which host. */
@Component({
  selector: 'om-pull-dialog',
  imports: [Dialog, FormField],
  template: `
    <om-dialog #dialog small heading="Pull a model" (closed)="closed.emit()">
      <form class="stack" id="pull-form" (submit)="start(name.value); $event.preventDefault()">
        <om-form-field
          label="Name"
          hint="As in Ollama's library: llama3.1:8b, qwen3:32b, hf.co/user/model:Q4_K_M"
          [error]="problem() ?? undefined"
        >
          <input #name class="input mono" autocomplete="off" spellcheck="false" required />
        </om-form-field>
        @if (hosts().length > 1) {
          <om-form-field label="To">
            <select #target class="input" (change)="host.set(target.value)">
              <option value="">All hosts</option>
              @for (each of hosts(); track each.name) {
                <option [value]="each.name">{{ each.name }}</option>
              }
            </select>
          </om-form-field>
        }
      </form>
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button type="submit" class="btn primary" form="pull-form">Pull</button>
      </ng-container>
    </om-dialog>
  `,
})
export class PullDialog {
  readonly hosts = input.required<ModelList['hosts']>();
  readonly closed = output();

  private readonly pulls = inject(Pulls);
  private readonly dialog = viewChild.required(Dialog);
  protected readonly problem = signal<string | null>(null);
  protected readonly host = signal('');

  protected start(text: string): void {
    const [name, host] = [text.trim(), this.host()];
    if (name === '') {
      this.problem.set('Which model?');
      return;
    }
    void this.pulls.start({ name, ...(host === '' ? {} : { host }) });
    this.dialog().close();
  }
}
