import type { TokenScope } from '@ollameter/admin-contract';

/** What a scope lets a token do, in words; never more than its owner may. */
export const SCOPE_TEXTS: Record<TokenScope, string> = {
  full: 'Everything that I may, but for my account',
  read: 'Read everything that I may read',
  keys: 'Read and change keys',
  models: 'Read, pull, load and delete models',
  logs: 'Read requests',
  analytics: 'Read totals and charts',
  energy: 'Read and change meters and tariffs',
  metrics: 'Read /metrics, for Prometheus',
};
