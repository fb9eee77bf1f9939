import { Delete, HttpCode, type MessageEvent, Param, Req, Sse } from '@nestjs/common';
import type { SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { auditSource } from '../../identity/audit-source';
import { CurrentUser } from '../../identity/current-user.decorator';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { LogIdDto } from '../logs/log-query.dto';
import { CancellationService } from './cancellation.service';
import { LiveFeed } from './live-feed.service';

/** A client that reads nothing is dropped, not buffered for; it reconnects and gets the whole picture. */
const MAX_PENDING_CHARACTERS = 512 * 1024;

@AdminController('api/live')
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly cancellation: CancellationService,
  ) {}

  @Sse('', { maxPendingDataLength: MAX_PENDING_CHARACTERS })
  @Permission('live:read')
  watch(@CurrentUser() user: SessionUser, @Req() request: FastifyRequest): Observable<MessageEvent> {
    return this.feed.watch(user, request);
  }

  @Delete(':id')
  @Permission('live:cancel')
  @HttpCode(202)
  cancel(
    @Param() { id }: LogIdDto,
    @CurrentUser() user: SessionUser,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.cancellation.cancel(id, user, auditSource(request));
  }
}
