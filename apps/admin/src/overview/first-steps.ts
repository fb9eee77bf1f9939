import { Component, computed, inject } from '@angular/core';
import { StatusFeed } from '../data/status-feed';
import { CopyButton } from '../ui/copy-button';

/** What a gateway without a single request shows: how to send the first one. */
@Component({
  selector: 'om-first-steps',
  imports: [CopyButton],
  template: `
    <section class="card" aria-label="First request">
      <header><h2>Send your first request</h2></header>
      <div class="body stack">
        <p class="soft">
          Any OpenAI client works: give it the base URL <code class="mono">{{ baseUrl() }}</code> and a key.
          The first key was printed in the terminal when Ollameter was started. Requests appear here within a
          second.
        </p>
        <div class="snippet">
          <pre class="code" tabindex="0" aria-label="curl command">{{ curl() }}</pre>
          <om-copy [text]="curl()" label="Copy the curl command" />
        </div>
      </div>
    </section>
  `,
  styles: `
    :host {
      display: block;
    }
    .snippet {
      display: grid;
      gap: var(--sp-2);
      justify-items: start;
    }
    pre {
      width: 100%;
    }
  `,
})
export class FirstSteps {
  private readonly status = inject(StatusFeed).status;
  protected readonly baseUrl = computed(() => `${this.status()?.gatewayUrl ?? 'http://127.0.0.1:8080'}/v1`);
  protected readonly curl = computed(
    () => `curl ${this.baseUrl()}/chat/completions \\
  -H "Authorization: Bearer $OLLAMETER_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"messages": [{"role": "user", "content": "Say hello."}], "stream": true}'`,
  );
}
