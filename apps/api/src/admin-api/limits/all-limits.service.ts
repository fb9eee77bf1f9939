import { Injectable } from '@nestjs/common';
import type { SharedLimits } from '@ollameter/admin-contract';
import { DataSource } from 'typeorm';
import { LimitPlans } from '../../admission/limits/limit-plans.service';
import { SharedLimitsRepository } from '../../admission/limits/shared-limits.repository';
import { wholeLimits } from '../../auth/whole-limits';
import { AuditService } from '../../identity/audit.service';
import type { AuditSource } from '../../identity/audit-source';
import type { LimitsDto } from './limits.dto';
import { LimitsUseService } from './limits-use.service';

/** Limits of all keys together: what the machine gives, whoever asks. */
@Injectable()
export class AllLimitsService {
  constructor(
    private readonly database: DataSource,
    private readonly repository: SharedLimitsRepository,
    private readonly plans: LimitPlans,
    private readonly limitsUse: LimitsUseService,
    private readonly audit: AuditService,
  ) {}

  async read(): Promise<SharedLimits> {
    const limits = this.plans.ofAll;
    return { limits, limitsUse: await this.limitsUse.of('all', '', limits) };
  }

  /** One transaction with its audit record; holds here once it is answered. */
  async replace(input: LimitsDto, source: AuditSource): Promise<SharedLimits> {
    const limits = wholeLimits(input);
    await this.database.transaction(async (manager) => {
      const before = wholeLimits((await this.repository.read(manager)).all);
      await this.repository.saveAll(manager, limits);
      await this.audit.record(
        {
          ...source,
          action: 'limits.change',
          target: { type: 'limits', name: 'all keys together' },
          before,
          after: limits,
        },
        manager,
      );
    });
    await this.plans.refresh();
    return this.read();
  }
}
