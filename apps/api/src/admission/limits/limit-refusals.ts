import { GatewayError } from '../../upstream/gateway-error';
import type { LimitHolder, PlannedBucket, PlannedBudget } from './limit-plan';
import { goDuration } from './rate-limit-headers';

export const HOLDERS: Record<LimitHolder, string> = {
  key: 'this API key',
  user: "this key's owner",
  all: 'all API keys together',
};

const BUDGET_UNITS = { tokens: 'tokens', money: 'of the currency', energyWh: 'Wh' } as const;
const UNITS = { requests: 'requests per min (RPM)', tokens: 'tokens per min (TPM)' } as const;

/** The bucket that refused, in OpenAI's words. */
export function rateLimitExceeded(
  what: 'requests' | 'tokens',
  { holder, perMinute }: PlannedBucket,
  retryAfterMs: number,
): GatewayError {
  return new GatewayError(
    'rate_limit_exceeded',
    `Rate limit reached for ${HOLDERS[holder]} on ${UNITS[what]}: Limit ${perMinute}. ` +
      `Please try again in ${goDuration(retryAfterMs)}.`,
    { type: what, retryAfterMs },
  );
}

/** A budget that is used up; it starts again at `resetsAtMs`. */
export function insufficientQuota(
  { holder, unit, period, amount }: PlannedBudget,
  resetsAtMs: number,
): GatewayError {
  return new GatewayError(
    'insufficient_quota',
    `The budget of ${HOLDERS[holder]} for this ${period} is used up: ${amount} ${BUDGET_UNITS[unit]}. ` +
      `It starts again at ${new Date(resetsAtMs).toISOString()}.`,
  );
}
