import { randomUUID } from 'node:crypto';
import { ForbiddenException, Injectable } from '@nestjs/common';
import type { Role, SessionUser } from '@ollameter/admin-contract';
import { DataSource } from 'typeorm';
import type { OidcConfig } from '../../config/app-config';
import { accountName } from '../account-name';
import { AdminUserRepository, NO_OWN_KEYS, type StoredUser } from '../admin-user.repository';
import { AuditService } from '../audit.service';
import { toSessionUser } from '../person';
import type { OidcClaims } from './oidc-client.service';
import { roleOf } from './oidc-role';

/** The account here of a person whom the provider knows. */
@Injectable()
export class OidcAccounts {
  constructor(
    private readonly database: DataSource,
    private readonly users: AdminUserRepository,
    private readonly audit: AuditService,
  ) {}

  /**
   * Finds the account by the provider's subject, else by a verified address, else makes it; and gives it the role
   * that the claims say.
   * @throws ForbiddenException for people who have no role, are disabled, or whose address proves nothing
   */
  async accountOf(claims: OidcClaims, oidc: OidcConfig, address: string): Promise<SessionUser> {
    const role = roleOf(claims, oidc);
    if (role === null) throw new ForbiddenException('The provider gives this person no role here.');
    const subject = `${claims.iss} ${claims.sub}`;
    const known = (await this.users.findByOidcSubject(subject)) ?? (await this.linkable(claims));
    if (known !== null && known.disabledAt !== null)
      throw new ForbiddenException('This account is disabled.');
    const id = known?.id ?? randomUUID();
    const actor = { id, name: known?.email ?? emailOf(claims) };
    await this.database.transaction(async (manager) => {
      await this.users.lock(manager);
      if (known === null) {
        const values = {
          email: actor.name,
          name: nameOf(claims),
          role,
          readsPrompts: false,
          limits: {},
          ownKeys: NO_OWN_KEYS,
        };
        await this.users.insert(manager, id, values, null);
      }
      await this.users.linkOidc(manager, id, subject);
      const others = await this.users.otherAdmins(manager, id);
      const mayChange =
        known === null || oidc.roles.length === 0 ? false : roleMayChange(known, role, others);
      if (mayChange) await this.users.setRole(manager, id, role);
      if (known !== null && known.oidc && !mayChange) return;
      await this.audit.record(
        {
          actor,
          action: known === null ? 'user.create' : 'user.change',
          target: { type: 'user', id, name: actor.name },
          before: known === null ? null : { role: known.role, oidc: known.oidc },
          after: { role: known === null || mayChange ? role : known.role, oidc: true },
          address,
        },
        manager,
      );
    });
    const account = await this.users.find(id);
    if (account === null) throw new ForbiddenException('The account was deleted meanwhile.');
    return toSessionUser(account);
  }

  /** Who has the address here already. It opens their account only where the provider has verified it. */
  private async linkable(claims: OidcClaims): Promise<StoredUser | null> {
    const found = await this.users.findStoredByEmail(emailOf(claims));
    if (found !== null && claims['email_verified'] !== true)
      throw new ForbiddenException(
        'The provider has not verified the address of an account that is here already.',
      );
    return found;
  }
}

/** The house keeps an admin, whatever the provider says. */
function roleMayChange(known: StoredUser, role: Role, otherAdmins: number): boolean {
  return known.role !== role && (known.role !== 'admin' || otherAdmins > 0);
}

function emailOf(claims: OidcClaims): string {
  const { email } = claims;
  if (typeof email !== 'string' || !email.includes('@') || claims['email_verified'] === false)
    throw new ForbiddenException('The provider tells no verified e-mail address.');
  return accountName(email).slice(0, 254);
}

function nameOf({ name }: OidcClaims): string | null {
  return typeof name === 'string' && name !== '' ? name.slice(0, 100) : null;
}
