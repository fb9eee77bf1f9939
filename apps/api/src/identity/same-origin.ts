import type { IncomingHttpHeaders } from 'node:http';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * True unless a browser says that another site made it send this request. The rule of Go's
 * `http.CrossOriginProtection`: `Sec-Fetch-Site` where there is one, else `Origin` against `Host`; a request
 * with neither is not from a browser, so it carries nobody's cookie but its own.
 */
export function isSameOrigin(method: string, headers: IncomingHttpHeaders): boolean {
  if (SAFE_METHODS.has(method)) return true;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (headers.origin === undefined) return true;
  try {
    return new URL(headers.origin).host === headers.host?.toLowerCase();
  } catch {
    return false;
  }
}
