import { Injectable } from '@nestjs/common';
import type { Limits, LimitsUse } from '@ollameter/admin-contract';

/** Where keys stand in their limits now. */
@Injectable()
export class LimitsUseOfKeys {
  of(_keyId: string, limits: Required<Limits>): Promise<LimitsUse> {
    return Promise.resolve({
      requestsPerMinute: null,
      tokensPerMinute: null,
      concurrentRequests: { limit: limits.concurrentRequests, running: 0, waiting: 0 },
      budgets: [],
    });
  }
}
