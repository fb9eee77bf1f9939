import { accountName } from '../identity/account-name';
import { AdminUserRepository } from '../identity/admin-user.repository';
import { AuditService, SYSTEM_ACTOR } from '../identity/audit.service';
import { generatedPassword } from '../identity/generated-password';
import { hashPassword } from '../identity/password-hash';
import type { DataSource } from 'typeorm';

const CLEAR = `
  UPDATE admin_user
     SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL, disabled_at = NULL
   WHERE id = $1`;

/**
 * Lets somebody in again who is locked out: a new password, second factor and sessions cleared, enabled, audited.
 * @returns the new password, known to nobody else; null where no account has this address.
 */
export async function resetAccount(database: DataSource, email: string): Promise<string | null> {
  const name = accountName(email);
  const users = new AdminUserRepository(database);
  const password = generatedPassword();
  const hash = await hashPassword(password);
  return database.transaction(async (manager) => {
    const rows = await manager.query<{ id: string }[]>(
      'SELECT id FROM admin_user WHERE email = $1 FOR UPDATE',
      [name],
    );
    const id = rows[0]?.id;
    if (id === undefined) return null;
    await users.setPassword(manager, id, hash, true);
    await manager.query(CLEAR, [id]);
    await users.rereadKeys(manager, id);
    await manager.query('DELETE FROM admin_recovery_code WHERE user_id = $1', [id]);
    await manager.query('DELETE FROM admin_session WHERE user_id = $1', [id]);
    await new AuditService(database).record(
      {
        actor: SYSTEM_ACTOR,
        action: 'user.reset_password',
        target: { type: 'user', id, name },
        after: { by: 'command line' },
        address: null,
      },
      manager,
    );
    return password;
  });
}
