import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../config/app-config';
import { Authenticator, isPoll } from './authenticator.service';
import { bearerToken } from './bearer-token';
import { type Access, ACCESS_METADATA } from './permission';
import { isSameOrigin } from './same-origin';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the PermissionGuard on the admin plane; absent on public routes. */
    adminUser?: SessionUser;
  }
}

/** Lets a request in by its route's declared access; a route that declares none lets nobody in. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly config: AppConfig,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<Access | undefined>(ACCESS_METADATA, context.getHandler());
    if (access === undefined) throw new ForbiddenException('This route declares no access.');
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerToken(request.headers.authorization);
    if (token === undefined && !isSameOrigin(request.method, request.headers))
      throw new ForbiddenException('This request came from another site.');
    if (access === 'public' || (access === 'metrics:read' && this.config.metricsPublic)) return true;
    const user = await this.authenticator.identify(request, isPoll(request) ? 'poll' : 'prolong');
    if (user === null) throw new UnauthorizedException('Log in, or send a valid admin token.');
    if (user.mustChangePassword && access !== 'session:own' && access !== 'account:own')
      throw new ForbiddenException({
        message: 'Change the password that was made for you first.',
        code: 'password_change_required',
      });
    // A token may lack what its owner's role has.
    if (!user.permissions.includes(access))
      throw new ForbiddenException(`${token === undefined ? 'Your role' : 'This token'} lacks ${access}.`);
    request.adminUser = user;
    return true;
  }
}
