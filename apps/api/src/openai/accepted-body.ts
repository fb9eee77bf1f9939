import type { BodyCheck } from '@ollameter/openai-contract';
import { GatewayError } from '../upstream/gateway-error';

/** The checked body. @throws GatewayError naming the field that is missing or wrong. */
export function accepted<T>(check: BodyCheck<T>): T {
  if (check.ok) return check.value;
  const { message, param, missing } = check.problem;
  throw new GatewayError(missing ? 'missing_required_parameter' : 'invalid_value', message, { param });
}
