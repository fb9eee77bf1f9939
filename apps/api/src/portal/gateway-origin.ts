import type { AppConfig } from '../config/app-config';

const ANY_ADDRESS = new Set(['0.0.0.0', '::', '[::]']);

/**
 * Where a browser that reached the portal under `hostname` (a Host header's value, with or without a port) finds the
 * gateway. One that listens on every address is there under the same name.
 */
export function gatewayOrigin(
  { gatewayHost, gatewayPort }: Pick<AppConfig, 'gatewayHost' | 'gatewayPort'>,
  hostname: string,
): string {
  const host = ANY_ADDRESS.has(gatewayHost) ? new URL(`http://${hostname}`).hostname : gatewayHost;
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return new URL(`http://${bracketed}:${gatewayPort}`).origin;
}
