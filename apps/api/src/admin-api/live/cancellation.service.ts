import { Injectable, NotFoundException } from '@nestjs/common';
import type { SessionUser } from '@ollameter/admin-contract';
import { LiveRequests } from '../../exchange/live-requests';
import { AuditService } from '../../identity/audit.service';
import type { AuditSource } from '../../identity/audit-source';
import { ownerReach } from '../../identity/permission';

/** Ends requests in flight on behalf of somebody in the portal. */
@Injectable()
export class CancellationService {
  constructor(
    private readonly live: LiveRequests,
    private readonly audit: AuditService,
  ) {}

  /**
   * The generation stops and its client is told; the row is kept, as `interrupted`.
   * @throws NotFoundException for a request that is over, or is not theirs
   */
  async cancel(id: string, user: SessionUser, source: AuditSource): Promise<void> {
    const exchange = this.live.find(id);
    const ownerId = ownerReach(user);
    const { caller, subject } = exchange ?? {};
    if (exchange === undefined || (ownerId !== null && caller?.ownerId !== ownerId))
      throw new NotFoundException('There is no request in flight with this id.');
    await this.audit.record({
      ...source,
      action: 'request.cancel',
      target: { type: 'request', id, name: subject?.model ?? null },
      after: { key: caller?.keyName ?? null, endpoint: exchange.endpoint },
    });
    exchange.interrupt();
  }
}
