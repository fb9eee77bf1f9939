import { Injectable } from '@nestjs/common';
import type { Limits, OwnKeys, Role } from '@ollameter/admin-contract';
import { DataSource, type EntityManager } from 'typeorm';
import { PERSON, type Person } from './person';

/** What a login needs to know of a person. */
export interface AdminUser extends Person {
  /** Null for people who only log in by OIDC. */
  passwordHash: string | null;
  totp: boolean;
}

/** A person as the list of people shows them. */
export interface StoredUser extends Person {
  createdAt: Date;
  passwordChangedAt: Date;
  hasPassword: boolean;
  disabledAt: Date | null;
  lastSeenAt: Date | null;
  totp: boolean;
  oidc: boolean;
  recoveryCodes: number;
  sessions: number;
  keys: number;
  /** Of all keys of the person together. */
  limits: Limits;
  ownKeys: OwnKeys;
}

/** The fields of a person that somebody may change. */
export type UserValues = Pick<Person, 'email' | 'name' | 'role' | 'readsPrompts'> & {
  disabled: boolean;
  limits: Limits;
  ownKeys: OwnKeys;
};

/** Who was not told to make keys makes none. */
export const NO_OWN_KEYS: OwnKeys = { max: 0, allowedModels: [] };

const BY_EMAIL = `
  SELECT ${PERSON}, u.password_hash AS "passwordHash", u.totp_confirmed_at IS NOT NULL AS totp
    FROM admin_user u
   WHERE u.email = $1 AND u.disabled_at IS NULL`;

const CREATE_FIRST = `
  INSERT INTO admin_user (id, email, password_hash, role)
  SELECT gen_random_uuid(), $1, $2, 'admin'
   WHERE NOT EXISTS (SELECT FROM admin_user)
  ON CONFLICT DO NOTHING
  RETURNING id`;

const STORED = `
  SELECT ${PERSON}, u.created_at AS "createdAt", u.password_changed_at AS "passwordChangedAt",
         u.password_hash IS NOT NULL AS "hasPassword", u.disabled_at AS "disabledAt",
         u.totp_confirmed_at IS NOT NULL AS totp, u.oidc_subject IS NOT NULL AS oidc,
         (SELECT count(*)::integer FROM admin_recovery_code c WHERE c.user_id = u.id) AS "recoveryCodes",
         s.sessions, s."lastSeenAt", u.limits,
         json_build_object('max', u.own_keys_max, 'allowedModels', u.own_key_models) AS "ownKeys",
         (SELECT count(*)::integer FROM api_key k
           WHERE k.owner_id = u.id AND k.revoked_at IS NULL AND k.deleted_at IS NULL) AS keys
    FROM admin_user u
    CROSS JOIN LATERAL (
      SELECT count(*)::integer AS sessions, max(last_seen_at) AS "lastSeenAt"
        FROM admin_session WHERE user_id = u.id AND expires_at > now()
    ) s`;

const INSERT = `
  INSERT INTO admin_user (id, email, password_hash, role, name, reads_prompts, must_change_password, limits,
    own_keys_max, own_key_models)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

const UPDATE = `
  UPDATE admin_user
     SET email = $2, name = $3, role = $4, reads_prompts = $5,
         disabled_at = CASE WHEN $6 THEN coalesce(disabled_at, now()) END, limits = $7,
         own_keys_max = $8, own_key_models = $9
   WHERE id = $1`;

const OTHER_ADMINS = `
  SELECT count(*)::integer AS others FROM admin_user WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1`;

const REVOKE_KEYS = `
  UPDATE api_key SET revoked_at = now(), revoked_reason = 'owner deleted', updated_at = now()
   WHERE owner_id = $1 AND revoked_at IS NULL
  RETURNING id`;

const TOUCH_KEYS = `
  UPDATE api_key SET updated_at = now() WHERE owner_id = $1 AND deleted_at IS NULL RETURNING id`;

@Injectable()
export class AdminUserRepository {
  constructor(private readonly database: DataSource) {}

  async findByEmail(email: string): Promise<AdminUser | null> {
    const [user] = await this.database.query<AdminUser[]>(BY_EMAIL, [email]);
    return user ?? null;
  }

  async anyExists(): Promise<boolean> {
    const [row] = await this.database.query<{ exists: boolean }[]>(
      'SELECT EXISTS (SELECT FROM admin_user) AS exists',
    );
    return row?.exists ?? false;
  }

  /** False when somebody was there already. */
  async createFirst(email: string, passwordHash: string): Promise<boolean> {
    const rows = await this.database.query<{ id: string }[]>(CREATE_FIRST, [email, passwordHash]);
    return rows.length === 1;
  }

  list(): Promise<StoredUser[]> {
    return this.database.query(`${STORED} ORDER BY u.email`);
  }

  async find(id: string, manager: EntityManager = this.database.manager): Promise<StoredUser | null> {
    const [user] = await manager.query<StoredUser[]>(`${STORED} WHERE u.id = $1`, [id]);
    return user ?? null;
  }

  /** Their hash; null where the person has no password, or is not there. */
  async passwordHash(id: string): Promise<string | null> {
    const [row] = await this.database.query<{ hash: string | null }[]>(
      'SELECT password_hash AS hash FROM admin_user WHERE id = $1',
      [id],
    );
    return row?.hash ?? null;
  }

  async insert(
    manager: EntityManager,
    id: string,
    values: Omit<UserValues, 'disabled'>,
    passwordHash: string | null,
  ): Promise<void> {
    const { email, role, name, readsPrompts, limits, ownKeys } = values;
    await manager.query(INSERT, [
      id,
      email,
      passwordHash,
      role,
      name,
      readsPrompts,
      passwordHash !== null,
      JSON.stringify(limits),
      ownKeys.max,
      ownKeys.allowedModels,
    ]);
  }

  /** Somebody's keys rest while the account is disabled. @returns the ids of their keys */
  async update(manager: EntityManager, id: string, values: UserValues): Promise<string[]> {
    const { email, name, role, readsPrompts, disabled, limits, ownKeys } = values;
    await manager.query(UPDATE, [
      id,
      email,
      name,
      role,
      readsPrompts,
      disabled,
      JSON.stringify(limits),
      ownKeys.max,
      ownKeys.allowedModels,
    ]);
    return this.rereadKeys(manager, id);
  }

  /** Whether keys work depends on their owner's account: has every gateway read this one's again. @returns their ids */
  async rereadKeys(manager: EntityManager, id: string): Promise<string[]> {
    return idsOf(await manager.query(TOUCH_KEYS, [id]));
  }

  /** Changes of who is admin happen one after the other until this transaction ends. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query('LOCK TABLE admin_user IN SHARE ROW EXCLUSIVE MODE');
  }

  /** Who locks a person waits for the others who did. */
  async lockOne(manager: EntityManager, id: string): Promise<void> {
    await manager.query('SELECT FROM admin_user WHERE id = $1 FOR UPDATE', [id]);
  }

  async otherAdmins(manager: EntityManager, id: string): Promise<number> {
    const [row] = await manager.query<{ others: number }[]>(OTHER_ADMINS, [id]);
    return row?.others ?? 0;
  }

  /**
   * Deletes a person with sessions and tokens; their API keys are revoked and stay, without an owner.
   * @returns the ids of the keys
   */
  async remove(manager: EntityManager, id: string): Promise<string[]> {
    const revoked = idsOf(await manager.query(REVOKE_KEYS, [id]));
    await manager.query('DELETE FROM admin_user WHERE id = $1', [id]);
    return revoked;
  }

  /** Sets a new password, which ends every session that was started before. */
  async setPassword(
    manager: EntityManager,
    id: string,
    passwordHash: string,
    mustChange: boolean,
  ): Promise<void> {
    await manager.query(
      `UPDATE admin_user SET password_hash = $2, password_changed_at = now(), must_change_password = $3
        WHERE id = $1`,
      [id, passwordHash, mustChange],
    );
  }

  /** Who logs in by this subject of the provider; with `disabledAt`, because such people are refused and not made anew. */
  async findByOidcSubject(subject: string): Promise<StoredUser | null> {
    const [user] = await this.database.query<StoredUser[]>(`${STORED} WHERE u.oidc_subject = $1`, [subject]);
    return user ?? null;
  }

  async findStoredByEmail(email: string): Promise<StoredUser | null> {
    const [user] = await this.database.query<StoredUser[]>(`${STORED} WHERE u.email = $1`, [email]);
    return user ?? null;
  }

  async linkOidc(manager: EntityManager, id: string, subject: string): Promise<void> {
    await manager.query('UPDATE admin_user SET oidc_subject = $2 WHERE id = $1', [id, subject]);
  }

  async setRole(manager: EntityManager, id: string, role: Role): Promise<void> {
    await manager.query('UPDATE admin_user SET role = $2 WHERE id = $1', [id, role]);
  }
}

/** TypeORM answers an UPDATE with its rows and their number. */
function idsOf([rows]: [{ id: string }[], number]): string[] {
  return rows.map(({ id }) => id);
}
