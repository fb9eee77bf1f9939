import type { GatewayStatus } from '@ollameter/admin-contract';

/** What the running gateway knows of itself; implemented where hosts, queue and spool live. */
export abstract class GatewayState {
  abstract status(): GatewayStatus | Promise<GatewayStatus>;
}
