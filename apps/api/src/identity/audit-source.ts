import type { AuditActor, SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { TOKEN_HOLDER } from './token-holder';

/** The part of an audit entry that the request itself tells. */
export interface AuditSource {
  actor: AuditActor;
  address: string;
}

/** Who sent a request and from where, for the audit. Only for routes that the PermissionGuard let somebody in to. */
export function auditSource(request: FastifyRequest): AuditSource {
  const user = request.adminUser;
  if (user === undefined) throw new Error('audit of a request that nobody sent');
  return { actor: actorOf(user), address: request.ip };
}

export function actorOf({ id, email }: SessionUser): AuditActor {
  return { id: id === TOKEN_HOLDER.id ? null : id, name: email };
}
