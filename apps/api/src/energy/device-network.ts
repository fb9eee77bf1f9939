import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent } from 'undici';

/** Where clouds keep their metadata, besides the link-local ranges. */
const METADATA = new Set(['100.100.100.200', 'fd00:ec2::254']);

/**
 * Whether a meter or price list may be asked there. The own network may, it is where plugs are; link-local addresses
 * may not: no plug has one, and a cloud's metadata service gives away the machine's credentials.
 */
export function isDeviceAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  return address.range() !== 'linkLocal' && !METADATA.has(address.toString());
}

/** Whether a URL's host is a name, which is checked when it is resolved, or an address that may be asked. */
export function isDeviceHost(hostname: string): boolean {
  const literal = hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) === 0 || isDeviceAddress(literal);
}

const lookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, found) => {
    const addresses = found as LookupAddress[] | undefined;
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) callback(error, '', 0);
    else if (!addresses?.every(({ address }) => isDeviceAddress(address)))
      callback(new Error('is a link-local address, which is not asked'), '', 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

/** Connections to devices, made to the very address that was checked. */
export const DEVICES = new Agent({ connect: { timeout: 10_000, lookup }, maxHeaderSize: 16 * 1024 });
