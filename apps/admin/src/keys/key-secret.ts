import { Component, computed, inject, input, output, signal } from '@angular/core';
import type { KeyItem, KeyWithSecret } from '@ollameter/admin-contract';
import { GatewayAddress } from '../data/gateway-address';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import type { ModelList } from '@ollameter/admin-contract';
import { CopyButton } from '../ui/copy-button';
import { SecretText } from '../ui/secret-text';
import { ShownOnce } from '../ui/shown-once';
import { Tabs } from '../ui/tabs';
import { limitsSummary } from '../limits/limits-text';
import { SNIPPET_KINDS, type SnippetKind, masked, snippet } from './snippets';

const WATCH_MS = 2_000;

/** A new key's text, shown this once, and how to use it; it waits for the first request. */
@Component({
  selector: 'om-key-secret',
  imports: [CopyButton, SecretText, ShownOnce, Tabs],
  template: `
    <om-shown-once
      [heading]="'Key for ' + key().name"
      promise="I have stored the key"
      (closed)="closed.emit()"
    >
      <p class="soft">Copy it now. It is stored as a hash and cannot be shown again.</p>
      <om-secret [text]="key().secret" label="The key" [focused]="true" />
      <om-tabs [names]="kinds" label="How to use it" [(chosen)]="kind" />
      @if (kind() === 'n8n') {
        <ol class="steps">
          <li>In n8n, add an <b class="med">OpenAI</b> credential.</li>
          <li class="grow">Base URL<om-secret [text]="baseUrl()" label="Base URL" /></li>
          <li>API key: the key above. Save; n8n tests the connection itself.</li>
        </ol>
      }
      <div>
        <div class="row between">
          <span class="soft">{{ kind() === 'n8n' ? 'Or try it from a terminal' : 'Ready to paste' }}</span>
          <om-copy [text]="real()" label="Copy with the key" />
        </div>
        <pre class="code" tabindex="0" aria-label="Example">{{ shown() }}</pre>
      </div>
      <div class="row between wrap soft" role="status">
        @if (isUsed()) {
          <span class="row"><span class="dot"></span>Its first request has arrived</span>
        } @else {
          <span class="row"><span class="dot off"></span>Waiting for its first request</span>
        }
        <span class="muted">{{ summary() }}</span>
      </div>
    </om-shown-once>
  `,
  styles: `
    .code {
      margin-top: var(--sp-2);
    }
    .steps {
      display: grid;
      gap: var(--sp-2);
      list-style: decimal;
      padding-left: var(--sp-5);
    }
    .steps om-secret {
      margin-top: var(--sp-1);
    }
  `,
})
export class KeySecret {
  readonly key = input.required<KeyWithSecret>();
  readonly closed = output();

  protected readonly kinds = SNIPPET_KINDS;
  protected readonly kind = signal<string>(SNIPPET_KINDS[0]);
  private readonly status = inject(StatusFeed);
  protected readonly baseUrl = inject(GatewayAddress).baseUrl;

  private readonly models = polled<ModelList>(() => '/api/models', { everyMs: 0 }).value;
  private readonly watched = polled<KeyItem>(() => `/api/keys/${this.key().id}`, { everyMs: WATCH_MS }).value;

  protected readonly isUsed = computed(() => {
    const [before, now] = [this.key().lastUsedAt, this.watched()?.lastUsedAt ?? null];
    return now !== null && now !== before;
  });
  protected readonly summary = computed(() =>
    limitsSummary(this.key().limits, this.key().allowedModels, this.status.currency()),
  );
  protected readonly real = computed(() => this.text(this.key().secret));
  protected readonly shown = computed(() => this.text(masked(this.key().secret)));

  private text(secret: string): string {
    const allowed = this.key().allowedModels.find((name) => !name.includes('*'));
    const model = allowed ?? this.models()?.defaultModel ?? 'llama3.1:8b';
    return snippet(this.kind() as SnippetKind, { baseUrl: this.baseUrl(), secret, model });
  }
}
