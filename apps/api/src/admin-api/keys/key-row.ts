import type { KeyEndpoint, KeyItem, KeyLogPolicy, Limits, PriorityClass } from '@ollameter/admin-contract';
import { wholeLimits } from '../../auth/whole-limits';

/** A key as it is listed. */
export interface KeyRow {
  id: string;
  name: string;
  note: string | null;
  owner_id: string | null;
  owner_name: string | null;
  owner_disabled_at: Date | null;
  prefix: string;
  last_four: string;
  previous_last_four: string | null;
  previous_valid_until: Date | null;
  source_variable: string | null;
  allowed_models: string[];
  endpoints: KeyEndpoint[];
  ip_ranges: string[];
  limits: Limits;
  log_policy: KeyLogPolicy | null;
  priority: PriorityClass;
  weight: number;
  may_reload: boolean;
  created_at: Date;
  last_used_at: Date | null;
  expires_at: Date | null;
  revoked_at: Date | null;
  revoked_reason: string | null;
}

/** The columns of a KeyRow, of `api_key k` and its owner `u`. */
export const KEY_COLUMNS = `
  k.id, k.name, k.note, k.owner_id, COALESCE(u.name, u.email) AS owner_name, u.disabled_at AS owner_disabled_at, k.prefix, k.last_four, k.previous_last_four,
  k.previous_valid_until, k.source_variable, k.allowed_models, k.endpoints, k.ip_ranges, k.limits, k.log_policy,
  k.priority, k.weight, k.may_reload, k.created_at, k.last_used_at, k.expires_at, k.revoked_at, k.revoked_reason`;

/** What of an item stands in the table. */
export type StoredKeyItem = Omit<KeyItem, 'limitsUse'>;

export function toKeyItem(row: KeyRow, nowMs: number): StoredKeyItem {
  return {
    id: row.id,
    name: row.name,
    note: row.note,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    allowedModels: row.allowed_models,
    endpoints: row.endpoints,
    expiresAt: row.expires_at?.toISOString() ?? null,
    limits: wholeLimits(row.limits),
    logPolicy: row.log_policy,
    priority: row.priority,
    weight: row.weight,
    ipRanges: row.ip_ranges,
    mayReload: row.may_reload,
    state: stateOf(row, nowMs),
    prefix: row.prefix,
    lastFour: row.last_four,
    sourceVariable: row.source_variable,
    previous: previousOf(row, nowMs),
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revokedReason: row.revoked_reason,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

function stateOf({ revoked_at, owner_disabled_at, expires_at }: KeyRow, nowMs: number): KeyItem['state'] {
  if (revoked_at !== null) return 'revoked';
  if (owner_disabled_at !== null) return 'suspended';
  return expires_at !== null && expires_at.getTime() <= nowMs ? 'expired' : 'active';
}

function previousOf(
  { previous_last_four, previous_valid_until }: KeyRow,
  nowMs: number,
): KeyItem['previous'] {
  if (previous_last_four === null || previous_valid_until === null) return null;
  if (previous_valid_until.getTime() <= nowMs) return null;
  return { lastFour: previous_last_four, validUntil: previous_valid_until.toISOString() };
}
