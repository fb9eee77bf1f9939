import type { Problem } from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { AppConfig } from '../config/app-config';
import { setSecurityHeaders } from './security-headers';

const LOOPBACK = /^(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const ANY_ADDRESS = new Set(['0.0.0.0', '::', '[::]', '']);

/**
 * An onRequest hook for the admin plane: sets the security headers and refuses Host names that are not ours with
 * `421` (RFC 9110: this server is not who the client took it for). A page of a stranger's name that resolves to this machine (DNS rebinding) is thus no way in.
 */
export function adminHostCheck(
  config: Pick<AppConfig, 'adminHost' | 'adminHosts'>,
): (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void {
  const named = [...config.adminHosts, config.adminHost].map((host) => hostName(host));
  const ours = new Set(named.filter((host) => !ANY_ADDRESS.has(host)));
  return (request, reply, done) => {
    setSecurityHeaders(reply);
    const name = hostName(request.headers.host ?? '');
    if (LOOPBACK.test(name) || ours.has(name)) {
      done();
      return;
    }
    const problem: Problem = {
      type: 'about:blank',
      title: 'Misdirected Request',
      status: 421,
      detail: 'The admin plane does not answer to this host name. Name it in ADMIN_HOSTS.',
    };
    void reply.code(421).type('application/problem+json').send(problem);
  };
}

/** The name of a Host header or setting: lower case, no port, no trailing dot. */
function hostName(host: string): string {
  const bare = /^[0-9a-f:]+$/i.test(host) && host.split(':').length > 2 ? `[${host}]` : host;
  return bare.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}
