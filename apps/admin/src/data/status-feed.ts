import { Service, computed, inject } from '@angular/core';
import type { GatewayStatus } from '@ollameter/admin-contract';
import { Session } from '../session/session';
import { polled } from './polled';

/** The frame tells what runs now. */
const REFRESH_MS = 10_000;

/** `GET /api/status`, shared by the frame and every page. */
@Service()
export class StatusFeed {
  private readonly session = inject(Session);
  readonly feed = polled<GatewayStatus>(() => (this.session.user() === null ? undefined : '/api/status'), {
    everyMs: REFRESH_MS,
  });
  readonly status = this.feed.value;
  readonly currency = computed(() => this.status()?.currency ?? 'USD');
}
