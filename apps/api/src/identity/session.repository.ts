import { Injectable } from '@nestjs/common';
import type { SessionUser } from '@ollameter/admin-contract';
import { DataSource, type EntityManager } from 'typeorm';
import { PERSON, type Person, toSessionUser } from './person';

/** A session ends after this long unused … */
export const IDLE_HOURS = 12;
/** … and this long after login in any case. */
export const ABSOLUTE_DAYS = 7;

const ALIVE = `s.expires_at > now() AND s.last_seen_at > now() - interval '${IDLE_HOURS} hours'`;
/** A changed password ends what was started before it; a disabled person has none. */
const COUNTS = `${ALIVE} AND u.disabled_at IS NULL AND s.created_at >= u.password_changed_at`;

/** A login also sweeps what has expired: sessions grow by logins only, so they need no timer to shrink. */
const CREATE = `
  WITH swept AS (DELETE FROM admin_session s WHERE NOT (${ALIVE}))
  INSERT INTO admin_session (token_hash, user_id, expires_at, client_address, user_agent)
  VALUES ($1, $2, now() + interval '${ABSOLUTE_DAYS} days', $3, $4)`;

const FIND = `
  SELECT ${PERSON}, s.last_seen_at < now() - interval '1 minute' AS stale
    FROM admin_session s
    JOIN admin_user u ON u.id = s.user_id
   WHERE s.token_hash = $1 AND ${COUNTS}`;

const LIST = `
  SELECT s.id, s.token_hash AS "tokenHash", s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt",
         s.expires_at AS "expiresAt", s.client_address AS "clientAddress", s.user_agent AS "userAgent"
    FROM admin_session s
    JOIN admin_user u ON u.id = s.user_id
   WHERE s.user_id = $1 AND ${COUNTS}
   ORDER BY s.last_seen_at DESC, s.id`;

/** A live session as it is listed. */
export interface StoredSession {
  id: string;
  tokenHash: Buffer;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  clientAddress: string | null;
  userAgent: string | null;
}

/** Sessions by the SHA-256 of their token; the token itself is only in the cookie. */
@Injectable()
export class SessionRepository {
  constructor(private readonly database: DataSource) {}

  async create(
    tokenHash: Buffer,
    userId: string,
    clientAddress: string,
    userAgent: string | null,
  ): Promise<void> {
    await this.database.query(CREATE, [tokenHash, userId, clientAddress, userAgent]);
  }

  /** Whose session this is, or null when it ended; `stale` when its last use was noted over a minute ago. */
  async find(tokenHash: Buffer): Promise<{ user: SessionUser; stale: boolean } | null> {
    const [row] = await this.database.query<(Person & { stale: boolean })[]>(FIND, [tokenHash]);
    return row === undefined ? null : { user: toSessionUser(row), stale: row.stale };
  }

  list(userId: string): Promise<StoredSession[]> {
    return this.database.query(LIST, [userId]);
  }

  async touch(tokenHash: Buffer): Promise<void> {
    await this.database.query('UPDATE admin_session SET last_seen_at = now() WHERE token_hash = $1', [
      tokenHash,
    ]);
  }

  async end(tokenHash: Buffer): Promise<void> {
    await this.database.query('DELETE FROM admin_session WHERE token_hash = $1', [tokenHash]);
  }

  /** Ends one session of a user; false where there is none of that id. */
  async endById(manager: EntityManager, userId: string, id: string): Promise<boolean> {
    const [, ended] = await manager.query<[unknown, number]>(
      'DELETE FROM admin_session WHERE user_id = $1 AND id = $2',
      [userId, id],
    );
    return ended === 1;
  }

  /** Ends all sessions of a user but one; returns how many. */
  async endAll(manager: EntityManager, userId: string, exceptHash: Buffer | null): Promise<number> {
    const [, ended] = await manager.query<[unknown, number]>(
      'DELETE FROM admin_session WHERE user_id = $1 AND token_hash IS DISTINCT FROM $2',
      [userId, exceptHash],
    );
    return ended;
  }
}
