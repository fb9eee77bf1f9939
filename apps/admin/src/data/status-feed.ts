import { Injector, Service, computed, inject } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import type { GatewayStatus } from '@ollameter/admin-contract';
import { filter, firstValueFrom } from 'rxjs';
import { Session } from '../session/session';
import { polled } from './polled';

/** The frame tells what runs now. */
const REFRESH_MS = 10_000;

/** `GET /api/status`, shared by the frame and every page. */
@Service()
export class StatusFeed {
  private readonly session = inject(Session);
  private readonly injector = inject(Injector);
  readonly feed = polled<GatewayStatus>(() => (this.session.isOpen() ? '/api/status' : undefined), {
    everyMs: REFRESH_MS,
  });
  readonly status = this.feed.value;
  readonly currency = computed(() => this.status()?.currency ?? 'USD');

  /** Resolves once the gateway has answered somebody who is signed in, or has failed to. */
  async known(): Promise<void> {
    const isPending = toObservable(this.feed.isPending, { injector: this.injector });
    await firstValueFrom(isPending.pipe(filter((pending) => !pending)));
  }
}
