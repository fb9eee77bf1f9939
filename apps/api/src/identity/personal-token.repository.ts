import { Injectable } from '@nestjs/common';
import type { TokenScope } from '@ollameter/admin-contract';
import { DataSource, type EntityManager } from 'typeorm';
import { PERSON, type Person } from './person';

/** A token as it is listed; its text is known to nobody. */
export interface StoredToken {
  id: string;
  name: string;
  scopes: TokenScope[];
  prefix: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

export interface TokenOwner extends Person {
  scopes: TokenScope[];
}

const COLUMNS = `
  id, name, scopes, prefix, created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt"`;

/** Notes the use to the minute, and answers whose token it is, in one round trip. */
const USE = `
  WITH used AS (
    UPDATE admin_token SET last_used_at = now()
     WHERE token_hash = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
  )
  SELECT ${PERSON}, t.scopes
    FROM admin_token t JOIN admin_user u ON u.id = t.user_id
   WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > now()) AND u.disabled_at IS NULL`;

@Injectable()
export class PersonalTokenRepository {
  constructor(private readonly database: DataSource) {}

  async use(tokenHash: Buffer): Promise<TokenOwner | null> {
    const [owner] = await this.database.query<TokenOwner[]>(USE, [tokenHash]);
    return owner ?? null;
  }

  list(userId: string): Promise<StoredToken[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM admin_token WHERE user_id = $1 ORDER BY created_at DESC, id`,
      [userId],
    );
  }

  async insert(
    manager: EntityManager,
    userId: string,
    token: {
      id: string;
      name: string;
      hash: Buffer;
      prefix: string;
      scopes: TokenScope[];
      expiresAt: Date | null;
    },
  ): Promise<StoredToken> {
    const [row] = await manager.query<StoredToken[]>(
      `INSERT INTO admin_token (id, user_id, name, token_hash, prefix, scopes, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
      [token.id, userId, token.name, token.hash, token.prefix, token.scopes, token.expiresAt],
    );
    if (row === undefined) throw new Error('an INSERT returned no row');
    return row;
  }

  /** The token that is no more; null where this user had none of that id. */
  async remove(manager: EntityManager, userId: string, id: string): Promise<StoredToken | null> {
    const found = await manager.query<StoredToken[]>(
      `SELECT ${COLUMNS} FROM admin_token WHERE id = $1 AND user_id = $2 FOR UPDATE`,
      [id, userId],
    );
    await manager.query('DELETE FROM admin_token WHERE id = $1 AND user_id = $2', [id, userId]);
    return found[0] ?? null;
  }
}
