import { BlockList, isIP } from 'node:net';

const LOCAL_SUFFIXES = ['.localhost', '.local', '.internal'];

const localAddresses = new BlockList();
localAddresses.addSubnet('127.0.0.0', 8);
localAddresses.addSubnet('10.0.0.0', 8);
localAddresses.addSubnet('172.16.0.0', 12);
localAddresses.addSubnet('192.168.0.0', 16);
localAddresses.addAddress('0.0.0.0');
localAddresses.addAddress('::1', 'ipv6');
localAddresses.addAddress('::', 'ipv6');
localAddresses.addSubnet('fc00::', 7, 'ipv6');

/** Whether an Ollama that is bound to loopback answers to this `Host` header; others get an empty 403. */
export function isAllowedHost(header: string): boolean {
  const host = header
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  const family = isIP(host);
  if (family !== 0) return localAddresses.check(host, family === 6 ? 'ipv6' : 'ipv4');
  return host === '' || host === 'localhost' || LOCAL_SUFFIXES.some((suffix) => host.endsWith(suffix));
}

/** Whether a browser page of this `Origin` may call; same-origin and no origin may. Others get an empty 403. */
export function isAllowedOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || origin === `http://${host ?? ''}` || origin === `https://${host ?? ''}`)
    return true;
  return (
    /^https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::\d+)?$/.test(origin) ||
    /^(?:app|file|tauri):\/\/|^vscode-(?:webview|file):\/\//.test(origin)
  );
}
