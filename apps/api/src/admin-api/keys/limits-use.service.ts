import { Injectable } from '@nestjs/common';
import type { Limits, LimitsUse } from '@ollameter/admin-contract';
import { AdmissionService } from '../../admission/admission.service';

/** Where keys stand in their limits now; of those that nothing enforces yet there is no use to tell. */
@Injectable()
export class LimitsUseOfKeys {
  constructor(private readonly admission: AdmissionService) {}

  of(keyId: string, limits: Required<Limits>): LimitsUse {
    return {
      requestsPerMinute: null,
      tokensPerMinute: null,
      concurrentRequests: { limit: limits.concurrentRequests, ...this.admission.useOf(keyId) },
      budgets: [],
    };
  }
}
