import type { Limits } from '@ollameter/admin-contract';

/** Limits with every field said. */
export function wholeLimits(limits: Limits): Required<Limits> {
  return {
    requestsPerMinute: limits.requestsPerMinute ?? null,
    tokensPerMinute: limits.tokensPerMinute ?? null,
    concurrentRequests: limits.concurrentRequests ?? null,
    budgets: limits.budgets ?? [],
  };
}
