import { Injectable } from '@nestjs/common';
import type { Limits, LimitsUse } from '@ollameter/admin-contract';
import { AdmissionService } from '../../admission/admission.service';
import { BudgetSums } from '../../admission/limits/budget-sums.service';
import { type BucketState, LimitCounters } from '../../admission/limits/limit-counters';
import {
  ALL_SUBJECT,
  keySubject,
  type LimitHolder,
  planLimits,
  type PlannedBucket,
  userSubject,
} from '../../admission/limits/limit-plan';

/** Where keys, users and all together stand in their limits now. */
@Injectable()
export class LimitsUseService {
  constructor(
    private readonly admission: AdmissionService,
    private readonly counters: LimitCounters,
    private readonly sums: BudgetSums,
  ) {}

  /** @param id of the key or the user; nothing for all */
  async of(holder: LimitHolder, id: string, limits: Required<Limits>): Promise<LimitsUse> {
    const subject = subjectOf(holder, id);
    const { requests, tokens, budgets } = planLimits([{ holder, id: subject, limits }]);
    await this.sums.ready(budgets);
    const buckets = [...requests, ...tokens];
    const view = await this.counters.view(
      buckets,
      budgets.map((budget) => this.sums.allowanceId(budget)),
    );
    const rateOf = (bucket: PlannedBucket | undefined) => {
      const state = bucket === undefined ? undefined : view.buckets[buckets.indexOf(bucket)];
      return bucket === undefined || state === undefined ? null : toRateUse(bucket, state);
    };
    return {
      requestsPerMinute: rateOf(requests[0]),
      tokensPerMinute: rateOf(tokens[0]),
      concurrentRequests: { limit: limits.concurrentRequests, ...this.admission.useOf(subject) },
      budgets: budgets.map((budget, n) => {
        const { unit, period, amount, action } = budget;
        const used = this.sums.usedOf(budget);
        // Of money and energy nothing can be set aside: they are known when they are settled.
        const reserved = unit === 'tokens' ? (view.held[n] ?? 0) : 0;
        const resetsAt = new Date(this.sums.spans[period].toMs).toISOString();
        return {
          unit,
          period,
          amount,
          action,
          used,
          reserved,
          resetsAt,
          exhausted: used + reserved >= amount,
        };
      }),
    };
  }
}

function toRateUse({ perMinute }: PlannedBucket, { remaining, resetMs }: BucketState) {
  return { limit: perMinute, remaining, resetMs };
}

function subjectOf(holder: LimitHolder, id: string): string {
  if (holder === 'all') return ALL_SUBJECT;
  return holder === 'key' ? keySubject(id) : userSubject(id);
}
