import { DOCUMENT, Service, computed, inject } from '@angular/core';
import { StatusFeed } from './status-feed';
import { reachableOrigin } from './reachable-origin';

/** Where programs reach the gateway, seen from this browser. */
@Service()
export class GatewayAddress {
  private readonly status = inject(StatusFeed).status;
  private readonly hostname = inject(DOCUMENT).location.hostname;

  /** Whether the gateway has told it; until then it is the default. */
  readonly isKnown = computed(() => this.status() !== undefined);
  readonly origin = computed(() =>
    reachableOrigin(this.status()?.gatewayUrl ?? 'http://127.0.0.1:8080', this.hostname),
  );
  /** For OpenAI clients. */
  readonly baseUrl = computed(() => `${this.origin()}/v1`);
}
