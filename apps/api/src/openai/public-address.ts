import ipaddr from 'ipaddr.js';

/** 2000::/3, the only block that global IPv6 addresses are given from. */
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');

/**
 * Whether an IP address is one of the public internet: no loopback, private, link-local (clouds keep their
 * metadata service there), shared, reserved, multicast or translated range (IANA's special-purpose registries).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_UNICAST, 3);
}
