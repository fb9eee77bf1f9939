import type { FastifyReply } from 'fastify';

/** For answers that are data: nothing in them may ever run. Pages set their own policy. */
const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Headers of every answer of the admin plane; a route may replace the first two. */
const HEADERS: Record<string, string> = {
  'content-security-policy': DATA_POLICY,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

export function setSecurityHeaders(reply: FastifyReply): void {
  void reply.headers(HEADERS);
}
