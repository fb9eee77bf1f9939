import { GatewayError } from '../upstream/gateway-error';
import type { Caller } from './caller';

/**
 * Asserts that a key may be used from this address and for this endpoint; null is a path that does not exist.
 * @throws GatewayError `ip_not_authorized`, or `endpoint_forbidden` naming the endpoint
 */
export function assertMayCall(caller: Caller, endpoint: string | null, address: string): void {
  if (!caller.mayCallFrom(address))
    throw new GatewayError('ip_not_authorized', 'This API key may not be used from your address.');
  if (endpoint !== null && !caller.mayCall(endpoint))
    throw new GatewayError('endpoint_forbidden', `This API key may not use the endpoint '${endpoint}'.`);
}

/** @throws GatewayError `model_forbidden` naming the model */
export function assertMayUseModel(caller: Caller | null, model: string): void {
  if (caller === null || caller.mayUseModel(model)) return;
  throw new GatewayError('model_forbidden', `This API key may not use the model '${model}'.`, {
    param: 'model',
  });
}
