import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { assertMayCall } from './assert-may-call';
import { GatewayError } from '../upstream/gateway-error';

/**
 * Asserts what the early check established before the body was read: a route that asks for a key is never
 * reached without a caller that may call it, whatever hooks are registered.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const route = request.routeOptions.config.gateway;
    if (route?.access === 'public') return true;
    const caller = request.exchange?.caller;
    if (caller != null) {
      assertMayCall(caller, route?.endpoint ?? null, request.ip);
      return true;
    }
    throw new GatewayError('invalid_api_key', 'This request was not authenticated.');
  }
}
