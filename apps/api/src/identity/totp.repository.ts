import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** A person's second factor; `confirmed` once a code of it was shown. */
export interface StoredTotp {
  sealedSecret: Buffer;
  confirmed: boolean;
}

@Injectable()
export class TotpRepository {
  constructor(private readonly database: DataSource) {}

  async find(userId: string): Promise<StoredTotp | null> {
    const [row] = await this.database.query<StoredTotp[]>(
      `SELECT totp_secret AS "sealedSecret", totp_confirmed_at IS NOT NULL AS confirmed
         FROM admin_user WHERE id = $1 AND totp_secret IS NOT NULL`,
      [userId],
    );
    return row ?? null;
  }

  /** Keeps a secret that is not in force yet; false where one is. */
  async propose(userId: string, sealedSecret: Buffer): Promise<boolean> {
    const [, changed] = await this.database.query<[unknown, number]>(
      `UPDATE admin_user SET totp_secret = $2, totp_last_step = NULL
        WHERE id = $1 AND totp_confirmed_at IS NULL`,
      [userId, sealedSecret],
    );
    return changed === 1;
  }

  async confirm(manager: EntityManager, userId: string): Promise<void> {
    await manager.query('UPDATE admin_user SET totp_confirmed_at = now() WHERE id = $1', [userId]);
  }

  async clear(manager: EntityManager, userId: string): Promise<void> {
    await manager.query(
      `UPDATE admin_user SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL WHERE id = $1`,
      [userId],
    );
    await manager.query('DELETE FROM admin_recovery_code WHERE user_id = $1', [userId]);
  }

  /** Marks a time step as used; false where it, or a later one, was used before. */
  async useStep(userId: string, step: number): Promise<boolean> {
    const [, changed] = await this.database.query<[unknown, number]>(
      `UPDATE admin_user SET totp_last_step = $2
        WHERE id = $1 AND (totp_last_step IS NULL OR totp_last_step < $2)`,
      [userId, step],
    );
    return changed === 1;
  }

  async replaceRecoveryCodes(manager: EntityManager, userId: string, hashes: Buffer[]): Promise<void> {
    await manager.query('DELETE FROM admin_recovery_code WHERE user_id = $1', [userId]);
    await manager.query(
      'INSERT INTO admin_recovery_code (code_hash, user_id) SELECT unnest($2::bytea[]), $1',
      [userId, hashes],
    );
  }

  /** True once for each code. */
  async useRecoveryCode(userId: string, hash: Buffer): Promise<boolean> {
    const [, used] = await this.database.query<[unknown, number]>(
      'DELETE FROM admin_recovery_code WHERE user_id = $1 AND code_hash = $2',
      [userId, hash],
    );
    return used === 1;
  }
}
