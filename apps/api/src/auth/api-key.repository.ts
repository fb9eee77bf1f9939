import { Injectable } from '@nestjs/common';
import type { KeyLogPolicy, Limits, PriorityClass } from '@ollameter/admin-contract';
import { DataSource } from 'typeorm';
import { Caller } from './caller';
import { wholeLimits } from './whole-limits';

/** A key as the gateway holds it: no text, only keyed hashes. */
export interface StoredKey {
  readonly caller: Caller;
  readonly secretHash: Buffer;
  readonly previous: { readonly hash: Buffer; readonly validUntilMs: number } | null;
  readonly expiresAtMs: number | null;
  readonly revoked: boolean;
  /** While its owner's account is disabled. */
  readonly suspended: boolean;
}

/** What reading gave: keys as they are now, and the ids that hold none any more. */
export interface KeyRead {
  keys: StoredKey[];
  gone: string[];
  /** The database's clock when it was asked, Unix ms. */
  asOfMs: number;
}

interface KeyRow {
  id: string;
  name: string;
  owner_id: string | null;
  secret_hash: Buffer | null;
  previous_hash: Buffer | null;
  previous_valid_until: Date | null;
  allowed_models: string[];
  endpoints: string[];
  ip_ranges: string[];
  limits: Limits;
  log_policy: KeyLogPolicy | null;
  priority: PriorityClass;
  weight: number;
  may_reload: boolean;
  expires_at: Date | null;
  revoked_at: Date | null;
  suspended: boolean;
  as_of: Date;
}

const COLUMNS = `id, name, owner_id, secret_hash, previous_hash, previous_valid_until, allowed_models, endpoints, ip_ranges,
  limits, log_policy, priority, weight, may_reload, expires_at, revoked_at,
  EXISTS (SELECT FROM admin_user u WHERE u.id = owner_id AND u.disabled_at IS NOT NULL) AS suspended`;

/** The SQL that the gateway plane needs of API keys. */
@Injectable()
export class ApiKeyRepository {
  constructor(private readonly dataSource: DataSource) {}

  all(): Promise<KeyRead> {
    return this.read('true', []);
  }

  changedSince(sinceMs: number): Promise<KeyRead> {
    return this.read('updated_at >= $1', [new Date(sinceMs)]);
  }

  /** These keys; the ids without a row are among `gone`. */
  async byIds(ids: readonly string[]): Promise<KeyRead> {
    const read = await this.read('id = ANY ($1::uuid[])', [ids]);
    const found = new Set([...read.gone, ...read.keys.map((key) => key.caller.keyId)]);
    return { ...read, gone: [...read.gone, ...ids.filter((id) => !found.has(id))] };
  }

  /** Whether there ever was a key, deleted ones too. */
  async hasAny(): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>('SELECT 1 FROM api_key LIMIT 1');
    return rows.length > 0;
  }

  async insert(key: {
    id: string;
    name: string;
    prefix: string;
    lastFour: string;
    secretHash: Buffer;
    sourceVariable: string | null;
  }): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO api_key (id, name, prefix, last_four, secret_hash, source_variable)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (secret_hash) DO NOTHING`,
      [key.id, key.name, key.prefix, key.lastFour, key.secretHash, key.sourceVariable],
    );
  }

  /** Revokes the imported keys whose text their variable no longer holds. */
  async revokeImportedExcept(hashes: readonly Buffer[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE api_key SET revoked_at = now(), revoked_reason = 'variable changed', updated_at = now()
        WHERE source_variable IS NOT NULL AND revoked_at IS NULL AND deleted_at IS NULL
          AND NOT (secret_hash = ANY ($1::bytea[]))`,
      [hashes],
    );
  }

  /** Never moves a time back: replicas tell in any order. */
  async markUsed(lastUsedMs: ReadonlyMap<string, number>): Promise<void> {
    await this.dataSource.query(
      `UPDATE api_key SET last_used_at = greatest(last_used_at, used.at)
         FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at) WHERE api_key.id = used.id`,
      [[...lastUsedMs.keys()], [...lastUsedMs.values()].map((ms) => new Date(ms))],
    );
  }

  private async read(condition: string, parameters: unknown[]): Promise<KeyRead> {
    // The first row is always there: it tells the database's time where no key fits.
    const rows = await this.dataSource.query<(KeyRow | { id: null; as_of: Date })[]>(
      `SELECT k.*, now() AS as_of FROM (SELECT) one LEFT JOIN
         (SELECT ${COLUMNS} FROM api_key WHERE ${condition}) k ON true`,
      parameters,
    );
    const read: KeyRead = { keys: [], gone: [], asOfMs: rows[0]?.as_of.getTime() ?? 0 };
    for (const row of rows) {
      if (row.id === null) continue;
      const key = toStoredKey(row);
      if (key === null) read.gone.push(row.id);
      else read.keys.push(key);
    }
    return read;
  }
}

/** Null for a deleted key. */
function toStoredKey(row: KeyRow): StoredKey | null {
  if (row.secret_hash === null) return null;
  return {
    caller: new Caller({
      keyId: row.id,
      keyName: row.name,
      ownerId: row.owner_id,
      allowedModels: row.allowed_models,
      endpoints: row.endpoints,
      ipRanges: row.ip_ranges,
      limits: wholeLimits(row.limits),
      logPolicy: row.log_policy,
      priority: row.priority,
      weight: row.weight,
      mayReload: row.may_reload,
    }),
    secretHash: row.secret_hash,
    previous:
      row.previous_hash === null || row.previous_valid_until === null
        ? null
        : { hash: row.previous_hash, validUntilMs: row.previous_valid_until.getTime() },
    expiresAtMs: row.expires_at?.getTime() ?? null,
    revoked: row.revoked_at !== null,
    suspended: row.suspended,
  };
}
