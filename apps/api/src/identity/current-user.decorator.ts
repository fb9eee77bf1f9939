import { createParamDecorator, type ExecutionContext, UnauthorizedException } from '@nestjs/common';
import type { SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';

/** The person (or token) that the PermissionGuard let in. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): SessionUser => {
  const { adminUser } = context.switchToHttp().getRequest<FastifyRequest>();
  if (adminUser === undefined) throw new UnauthorizedException();
  return adminUser;
});
