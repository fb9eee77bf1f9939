import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller';
import { LimitCounters, type Take } from './limit-counters';
import type { PlannedBucket } from './limit-plan';
import { LimitEvents } from './limit-events';
import { LimitPlans } from './limit-plans.service';
import { rateLimitExceeded } from './limit-refusals';
import { setRateLimitHeaders } from './rate-limit-headers';

/** Requests per minute, asked before a request's body is read. */
@Injectable()
export class RequestThrottle {
  constructor(
    private readonly plans: LimitPlans,
    private readonly counters: LimitCounters,
    private readonly events: LimitEvents,
  ) {}

  /**
   * Takes one request of the key's, its owner's and everybody's minute, and tells the client where it stands. A
   * promise only where the counters are elsewhere.
   * @throws GatewayError `rate_limit_exceeded`; then none was taken
   */
  admit(caller: Caller, response: ServerResponse): Promise<void> | undefined {
    const { requests } = this.plans.planOf(caller);
    if (requests.length === 0) return undefined;
    const take = this.counters.take(requests);
    if (take instanceof Promise) return take.then((answer) => this.conclude(answer, requests, response));
    this.conclude(take, requests, response);
    return undefined;
  }

  private conclude(take: Take, requests: readonly PlannedBucket[], response: ServerResponse): void {
    setRateLimitHeaders(response, 'requests', requests, take.states);
    const refusing = take.refusedBy === null ? undefined : requests[take.refusedBy];
    if (refusing === undefined) return;
    this.events.tell({ kind: 'refused', limit: 'requests', holder: refusing.holder });
    throw rateLimitExceeded('requests', refusing, take.retryAfterMs);
  }
}
