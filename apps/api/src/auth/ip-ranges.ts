import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** One address or CIDR range, v4 or v6. @throws Error where the text is neither. */
function parseRange(text: string): Range {
  // ipaddr.js also reads `10.1` and `0x0a000001`; nobody means those.
  if (isIP(text.split('/', 1)[0] ?? '') === 0) throw new Error(`not an address: ${text}`);
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

export function isIpRange(text: string): boolean {
  try {
    parseRange(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether an address lies in one of the ranges; `::ffff:10.0.0.1` counts as `10.0.0.1`. No ranges at all hold
 * every address; something that is no address lies in none.
 */
export function ipMatcher(ranges: readonly string[]): (address: string) => boolean {
  if (ranges.length === 0) return () => true;
  const parsed = ranges.map(parseRange);
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return parsed.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));
  };
}
