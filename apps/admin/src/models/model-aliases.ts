import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, output } from '@angular/core';
import type { ModelList } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { Session } from '../session/session';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';
import { Icon } from '../ui/icon';

/** Other names for models: programs that insist on `gpt-4o` get what stands behind it. */
@Component({
  selector: 'om-model-aliases',
  imports: [FailureNote, FormField, Icon],
  template: `
    <section class="card" aria-labelledby="aliases-title">
      <header>
        <h2 id="aliases-title">Aliases</h2>
        <span class="meta">other names that requests may use</span>
      </header>
      <div class="body stack">
        <ul class="aliases">
          @for (alias of list().aliases; track alias.alias) {
            <li class="row">
              <span class="mono">{{ alias.alias }}</span>
              <span class="muted" aria-hidden="true">→</span><span class="sr">stands for</span>
              <span class="grow trunc">{{ alias.model }}</span>
              @if (mayWrite()) {
                <button
                  type="button"
                  class="btn ghost ic sm"
                  [attr.aria-label]="'Remove ' + alias.alias"
                  (click)="remove(alias.alias)"
                >
                  <om-icon name="close" />
                </button>
              }
            </li>
          } @empty {
            <li class="muted">
              None yet. With gpt-4o → llama3.1:8b, a program that asks for gpt-4o is served.
            </li>
          }
        </ul>
        @if (mayWrite() && list().items.length > 0) {
          <form
            class="new"
            (submit)="add(alias.value.trim(), model.value); alias.value = ''; $event.preventDefault()"
          >
            <om-form-field label="Alias" [error]="action.failure()?.fields?.['alias']">
              <input #alias class="input" placeholder="gpt-4o" autocomplete="off" required />
            </om-form-field>
            <om-form-field label="Model">
              <select #model class="input">
                @for (item of list().items; track item.name) {
                  <option [value]="item.name">{{ item.name }}</option>
                }
              </select>
            </om-form-field>
            <button type="submit" class="btn" [disabled]="action.isBusy()">Add alias</button>
          </form>
        }
        <om-failure [of]="action.failure()" />
      </div>
    </section>
  `,
  styles: `
    .aliases {
      display: grid;
      gap: var(--sp-1);
    }
    .new {
      display: grid;
      grid-template-columns: minmax(0, 14rem) minmax(0, 18rem) auto;
      gap: var(--sp-3);
      align-items: end;
      justify-content: start;
    }
    @media (max-width: 767px) {
      .new {
        grid-template-columns: minmax(0, 1fr);
        justify-content: stretch;
      }
    }
  `,
})
export class ModelAliases {
  readonly list = input.required<ModelList>();
  readonly changed = output();

  private readonly http = inject(HttpClient);
  private readonly session = inject(Session);
  protected readonly action = new Action();
  protected readonly mayWrite = computed(() => this.session.may('models:write'));

  protected add(alias: string, model: string): void {
    if (alias === '') return;
    const url = `/api/models/aliases/${encodeURIComponent(alias)}`;
    void this.action.run(this.http.put(url, { model }), () => this.changed.emit());
  }

  protected remove(alias: string): void {
    const url = `/api/models/aliases/${encodeURIComponent(alias)}`;
    void this.action.run(this.http.delete(url), () => this.changed.emit());
  }
}
