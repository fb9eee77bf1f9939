import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, signal } from '@angular/core';
import type { RedactionTrialAnswer, RedactionTrialRequest } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';

/** Shows what the log would keep of a text, with the kinds and patterns as they stand in the form. */
@Component({
  selector: 'om-redaction-trial',
  imports: [FailureNote, FormField],
  template: `
    <div class="stack">
      <om-form-field
        label="Try it"
        hint="Nothing of it is kept. What has been stored already stays as it is."
        [error]="failure()?.fields?.['patterns'] ?? failure()?.fields?.['kinds']"
      >
        <textarea #text class="input" rows="2" placeholder="A text with an address or number"></textarea>
      </om-form-field>
      <div class="row">
        <button type="button" class="btn" [attr.aria-disabled]="action.isBusy()" (click)="send(text.value)">
          Show what is kept
        </button>
      </div>
      @if (kept(); as result) {
        <div role="status">
          <span class="label">The log keeps</span>
          <pre class="code" tabindex="0" aria-label="What the log keeps">{{ result }}</pre>
        </div>
      }
      <om-failure [of]="refusal()" />
    </div>
  `,
  styles: `
    :host {
      display: block;
      padding: 0 var(--sp-5) var(--sp-4);
    }
    .code {
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }
    @media (max-width: 767px) {
      :host {
        padding-inline: var(--sp-4);
      }
    }
  `,
})
export class RedactionTrial {
  /** As the form holds them: a kind a line, and a JSON array. */
  readonly kinds = input.required<string>();
  readonly patterns = input.required<string>();

  private readonly http = inject(HttpClient);
  protected readonly action = new Action();
  protected readonly failure = this.action.failure;
  protected readonly kept = signal<string | null>(null);
  protected readonly refusal = computed(() => {
    const failure = this.failure();
    return failure === null || 'patterns' in failure.fields || 'kinds' in failure.fields ? null : failure;
  });

  protected send(text: string): void {
    this.kept.set(null);
    const kinds = this.kinds()
      .split(/[\n,]/)
      .map((kind) => kind.trim())
      .filter((kind) => kind !== '');
    const body: RedactionTrialRequest = { text, kinds, patterns: this.patterns().trim() };
    void this.action.run(
      this.http.post<RedactionTrialAnswer>('/api/settings/redaction/try', body),
      (answer) => this.kept.set(answer.text),
    );
  }
}
