import { createParamDecorator, type ExecutionContext, UnauthorizedException } from '@nestjs/common';
import type { AuditActor, SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { actorOf } from './audit-source';
import { ownerReach } from './permission';

/** Somebody who reads rows and figures, and how far they may see. */
export interface Reader {
  /** Null sees everybody's; else only what belongs to this user's keys. */
  readonly ownerId: string | null;
  /** May see prompts and answers. */
  readonly readsTexts: boolean;
  readonly actor: AuditActor;
  /** The person; the same as `ownerId` for members. */
  readonly userId: string;
  readonly address: string;
}

export function toReader(user: SessionUser, address: string): Reader {
  const ownerId = ownerReach(user);
  return {
    ownerId,
    readsTexts: ownerId !== null || user.readsPrompts,
    actor: actorOf(user),
    userId: user.id,
    address,
  };
}

/** The reader behind the request that the PermissionGuard let in. */
export const CurrentReader = createParamDecorator((_: unknown, context: ExecutionContext): Reader => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  if (request.adminUser === undefined) throw new UnauthorizedException();
  return toReader(request.adminUser, request.ip);
});
