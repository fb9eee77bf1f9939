import { Injectable, NotFoundException } from '@nestjs/common';
import type { SessionUser } from '@ollameter/admin-contract';
import type { Exchange } from '../../exchange/exchange';
import { LiveRequests } from '../../exchange/live-requests';
import { AuditService } from '../../identity/audit.service';
import type { AuditSource } from '../../identity/audit-source';
import { ownerReach } from '../../identity/permission';
import { ReplicaBus } from '../../replicas/replica-bus.service';

/** A request in flight, as far as it must be known to be cancelled. */
interface Cancellable {
  ownerId: string | null;
  keyName: string | null;
  endpoint: string;
  model: string | null;
}

/** Ends requests in flight on behalf of somebody in the portal, on whichever gateway they run. */
@Injectable()
export class CancellationService {
  constructor(
    private readonly live: LiveRequests,
    private readonly audit: AuditService,
    private readonly bus: ReplicaBus,
  ) {
    bus.onAsked('request.find', (id) => toCancellable(live.find(id)));
    bus.onAsked('request.interrupt', (id) => {
      const exchange = live.find(id);
      exchange?.interrupt();
      return exchange === undefined ? null : true;
    });
  }

  /**
   * The generation stops and its client is told; the row is kept, as `interrupted`.
   * @throws NotFoundException for a request that is over, or is not theirs
   */
  async cancel(id: string, user: SessionUser, source: AuditSource): Promise<void> {
    const exchange = this.live.find(id);
    const found = toCancellable(exchange) ?? (await this.bus.ask<Cancellable>('request.find', id));
    const ownerId = ownerReach(user);
    if (found === null || (ownerId !== null && found.ownerId !== ownerId)) throw overOrNotTheirs();
    await this.audit.record({
      ...source,
      action: 'request.cancel',
      target: { type: 'request', id, name: found.model },
      after: { key: found.keyName, endpoint: found.endpoint },
    });
    if (exchange !== undefined) exchange.interrupt();
    else if ((await this.bus.ask<true>('request.interrupt', id)) === null) throw overOrNotTheirs();
  }
}

function toCancellable(exchange: Exchange | undefined): Cancellable | null {
  if (exchange === undefined) return null;
  const { caller, subject, endpoint } = exchange;
  return {
    ownerId: caller?.ownerId ?? null,
    keyName: caller?.keyName ?? null,
    endpoint,
    model: subject?.model ?? null,
  };
}

function overOrNotTheirs(): NotFoundException {
  return new NotFoundException('There is no request in flight with this id.');
}
