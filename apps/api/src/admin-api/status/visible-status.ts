import type { GatewayStatus } from '@ollameter/admin-contract';

/** What the portal's frame tells somebody: where the hosts are is no member's business. */
export function visibleStatus(status: GatewayStatus, ownerId: string | null): GatewayStatus {
  if (ownerId === null) return status;
  return { ...status, hosts: status.hosts.map((host) => ({ ...host, url: null })) };
}
