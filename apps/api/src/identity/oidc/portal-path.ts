/** No more than fits into a cookie beside the attempt. */
const LONGEST = 1000;
const BASE = 'http://portal.invalid';

/**
 * A path of the portal, with its query, as it may stand in a `Location`; `/` for everything else: a link must not use
 * the login to lead to another site, nor to a path of the API.
 */
export function portalPath(asked: unknown): string {
  if (typeof asked !== 'string' || !asked.startsWith('/') || asked.length > LONGEST) return '/';
  if (!URL.canParse(asked, BASE)) return '/';
  const { origin, pathname, search, hash } = new URL(asked, BASE);
  // `/.//elsewhere` is a path here, and another host to whoever reads it again.
  if (origin !== BASE || pathname.startsWith('//') || /^\/api(\/|$)/.test(pathname)) return '/';
  const path = pathname + search + hash;
  return path.length > LONGEST ? '/' : path;
}
