import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A key as it is stored: no text, only its keyed hash. */
export interface StoredKey {
  id: string;
  name: string;
  secretHash: Buffer;
  sourceVariable: string | null;
  expiresAtMs: number | null;
  revoked: boolean;
}

interface KeyRow {
  id: string;
  name: string;
  secret_hash: Buffer;
  source_variable: string | null;
  expires_at: Date | null;
  revoked_at: Date | null;
}

/** The SQL of API keys. */
@Injectable()
export class ApiKeyRepository {
  constructor(private readonly dataSource: DataSource) {}

  async all(): Promise<StoredKey[]> {
    const rows = await this.dataSource.query<KeyRow[]>(
      'SELECT id, name, secret_hash, source_variable, expires_at, revoked_at FROM api_key',
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      secretHash: row.secret_hash,
      sourceVariable: row.source_variable,
      expiresAtMs: row.expires_at?.getTime() ?? null,
      revoked: row.revoked_at !== null,
    }));
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
      `UPDATE api_key SET revoked_at = now(), revoked_reason = 'variable changed'
        WHERE source_variable IS NOT NULL AND revoked_at IS NULL AND NOT (secret_hash = ANY ($1::bytea[]))`,
      [hashes],
    );
  }
}
