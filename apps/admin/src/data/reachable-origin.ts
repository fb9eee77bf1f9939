const ANY_ADDRESS = new Set(['0.0.0.0', '[::]']);

/**
 * The origin of `gatewayUrl`. A gateway that listens on every address names none that could be called: then it is the
 * name by which this page was reached.
 */
export function reachableOrigin(gatewayUrl: string, hostname: string): string {
  const url = new URL(gatewayUrl);
  if (ANY_ADDRESS.has(url.hostname)) url.hostname = hostname;
  return url.origin;
}
