import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerModuleOptions, type ThrottlerOptions } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../upstream/gateway-error';
import { BucketThrottlerStorage } from './bucket-throttler-storage';
import type { LimitCounters } from './limit-counters';
import type { LimitHolder, PlannedBucket } from './limit-plan';
import type { LimitPlans } from './limit-plans.service';
import { HOLDERS } from './limit-refusals';

const MINUTE_MS = 60_000;
const ALLOWED = Promise.resolve(true);

/**
 * Asserts that the entry has asked RequestThrottle before the body was read. A request that got here without is
 * asked now, by the throttler's own way and from the same buckets: no route escapes its limits.
 */
@Injectable()
export class GatewayThrottlerGuard extends ThrottlerGuard {
  override canActivate(context: ExecutionContext): Promise<boolean> {
    const { exchange } = context.switchToHttp().getRequest<FastifyRequest>();
    return exchange === undefined || exchange.throttled ? ALLOWED : super.canActivate(context);
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    { timeToBlockExpire }: { timeToBlockExpire: number },
  ): Promise<void> {
    throw new GatewayError('rate_limit_exceeded', 'Rate limit reached on requests per min (RPM).', {
      retryAfterMs: timeToBlockExpire * 1000,
    });
  }
}

/** One throttler for each who may have a limit, whatever the handler. */
export function throttlerOptions(plans: LimitPlans, counters: LimitCounters): ThrottlerModuleOptions {
  const bucketOf = (context: ExecutionContext, holder: LimitHolder): PlannedBucket | undefined => {
    const caller = context.switchToHttp().getRequest<FastifyRequest>().exchange?.caller;
    return caller == null
      ? undefined
      : plans.planOf(caller).requests.find((bucket) => bucket.holder === holder);
  };
  const throttlerOf = (holder: LimitHolder): ThrottlerOptions => ({
    name: holder,
    ttl: MINUTE_MS,
    limit: (context) => bucketOf(context, holder)?.perMinute ?? Infinity,
    skipIf: (context) => bucketOf(context, holder) === undefined,
    generateKey: (context) => bucketOf(context, holder)?.id ?? holder,
  });
  return {
    setHeaders: false,
    storage: new BucketThrottlerStorage(counters),
    throttlers: (Object.keys(HOLDERS) as LimitHolder[]).map(throttlerOf),
  };
}
