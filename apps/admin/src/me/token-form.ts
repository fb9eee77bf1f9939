import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, output, signal } from '@angular/core';
import { TOKEN_SCOPES, type NewToken, type TokenInput, type TokenScope } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { Dialog } from '../ui/dialog';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';
import { SCOPE_TEXTS } from './token-scopes';

const DAY_MS = 86_400_000;
const LIVES = [
  { name: 'In 30 days', days: 30 },
  { name: 'In 90 days', days: 90 },
  { name: 'In a year', days: 365 },
  { name: 'Never', days: 0 },
] as const;

/** Makes a token: its name, what it may do, when it ends. */
@Component({
  selector: 'om-token-form',
  imports: [Dialog, FailureNote, FormField],
  template: `
    <om-dialog #dialog heading="Create API token" (closed)="closed.emit()">
      <om-form-field label="Name" hint="What will use it: grafana, backup-script." [error]="errors().name">
        <input #name class="input" maxlength="100" autocomplete="off" />
      </om-form-field>
      <fieldset [attr.aria-describedby]="errors().scopes ? 'scopes-error' : null">
        <legend class="label">It may</legend>
        <ul class="scopes">
          @for (scope of scopes; track scope) {
            <li>
              <label class="row">
                <input
                  type="checkbox"
                  [checked]="chosen().includes(scope)"
                  [disabled]="scope !== 'full' && chosen().includes('full')"
                  (change)="toggle(scope)"
                />
                <span class="mono name">{{ scope }}</span>
                <span class="soft">{{ texts[scope] }}</span>
              </label>
            </li>
          }
        </ul>
        @if (errors().scopes; as text) {
          <p class="field-error" id="scopes-error" role="alert">{{ text }}</p>
        }
      </fieldset>
      <om-form-field label="It ends" [error]="errors().expiresAt">
        <select #life class="input">
          @for (choice of lives; track choice.days) {
            <option [value]="choice.days">{{ choice.name }}</option>
          }
        </select>
      </om-form-field>
      <om-failure [of]="refusal()" />
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button
          type="button"
          class="btn primary"
          [disabled]="action.isBusy()"
          (click)="save(name.value.trim(), +life.value)"
        >
          Create token
        </button>
      </ng-container>
    </om-dialog>
  `,
  styles: `
    .scopes {
      display: grid;
      gap: var(--sp-1);
    }
    .name {
      min-width: 5rem;
    }
    .scopes label {
      min-height: 1.75rem;
    }
  `,
})
export class TokenForm {
  readonly made = output<NewToken>();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  protected readonly action = new Action();
  protected readonly scopes = TOKEN_SCOPES;
  protected readonly texts = SCOPE_TEXTS;
  protected readonly lives = LIVES;
  protected readonly chosen = signal<readonly TokenScope[]>(['read']);
  private readonly missing = signal<Readonly<Record<string, string>>>({});
  protected readonly errors = computed(() => {
    const fields = { ...this.action.failure()?.fields, ...this.missing() };
    return { name: fields['name'], scopes: fields['scopes'], expiresAt: fields['expiresAt'] };
  });
  protected readonly refusal = computed(() => {
    const failure = this.action.failure();
    return Object.values(this.errors()).some((text) => text !== undefined) ? null : failure;
  });

  protected toggle(scope: TokenScope): void {
    this.chosen.update((chosen) => {
      if (chosen.includes(scope)) return chosen.filter((other) => other !== scope);
      return scope === 'full' ? ['full'] : [...chosen, scope];
    });
  }

  protected save(name: string, days: number): void {
    this.action.reset();
    this.missing.set({
      ...(name === '' && { name: 'A name is needed.' }),
      ...(this.chosen().length === 0 && { scopes: 'Choose at least one.' }),
    });
    if (Object.keys(this.missing()).length > 0) return;
    const body: TokenInput = {
      name,
      scopes: [...this.chosen()],
      expiresAt: days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString(),
    };
    void this.action.run(this.http.post<NewToken>('/api/me/tokens', body), (token) => this.made.emit(token));
  }
}
