import { Injectable, NotFoundException } from '@nestjs/common';
import type { MyAccount, SessionList, SessionUser, SharedLimits } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { wholeLimits } from '../../auth/whole-limits';
import { AdminUserRepository } from '../../identity/admin-user.repository';
import { AuditService } from '../../identity/audit.service';
import { auditSource } from '../../identity/audit-source';
import { LoginService } from '../../identity/login.service';
import { PasswordHasher } from '../../identity/password-hasher.service';
import { SessionService } from '../../identity/session.service';
import { InvalidFieldsError } from '../invalid-fields.error';
import { LimitsUseService } from '../limits/limits-use.service';
import type { PasswordChangeDto } from './me.dto';

/** One's own account. */
@Injectable()
export class AccountService {
  constructor(
    private readonly database: DataSource,
    private readonly users: AdminUserRepository,
    private readonly sessions: SessionService,
    private readonly logins: LoginService,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditService,
    private readonly limitsUse: LimitsUseService,
  ) {}

  /** @throws NotFoundException for ADMIN_TOKEN, which is nobody's */
  async read(user: SessionUser): Promise<MyAccount> {
    const stored = await this.users.find(user.id);
    if (stored === null) throw new NotFoundException('ADMIN_TOKEN has no account.');
    return {
      ...user,
      createdAt: stored.createdAt.toISOString(),
      passwordChangedAt: stored.passwordChangedAt.toISOString(),
      hasPassword: stored.hasPassword,
      totp: stored.totp,
      recoveryCodesLeft: stored.recoveryCodes,
      keys: stored.keys,
      ownKeys: stored.ownKeys,
    };
  }

  /** Where all one's keys together stand. @throws NotFoundException for ADMIN_TOKEN, which is nobody's */
  async limits({ id }: SessionUser): Promise<SharedLimits> {
    const stored = await this.users.find(id);
    if (stored === null) throw new NotFoundException('ADMIN_TOKEN has no account.');
    const limits = wholeLimits(stored.limits);
    return { limits, limitsUse: await this.limitsUse.of('user', id, limits) };
  }

  async rename(user: SessionUser, name: string | null, request: FastifyRequest): Promise<MyAccount> {
    await this.database.transaction(async (manager) => {
      await manager.query('UPDATE admin_user SET name = $2 WHERE id = $1', [user.id, name]);
      await this.audit.record(
        {
          ...auditSource(request),
          action: 'user.change',
          target: targetOf(user),
          before: { name: user.name },
          after: { name },
        },
        manager,
      );
    });
    return this.read({ ...user, name });
  }

  /**
   * Sets a new password and ends all sessions of this person; returns the token of the one that goes on.
   * @throws InvalidFieldsError where the current password is wrong, or the new one is the old or the address
   */
  async changePassword(
    user: SessionUser,
    { currentPassword, newPassword }: PasswordChangeDto,
    request: FastifyRequest,
  ): Promise<string> {
    const hash = await this.users.passwordHash(user.id);
    if (!(await this.logins.confirm(user, currentPassword, hash, request)))
      throw InvalidFieldsError.of('currentPassword', 'is wrong');
    if (newPassword === currentPassword) throw InvalidFieldsError.of('newPassword', 'must be another one');
    if (newPassword.toLowerCase() === user.email)
      throw InvalidFieldsError.of('newPassword', 'must not be the e-mail address');
    const newHash = await this.hasher.hash(newPassword);
    await this.database.transaction(async (manager) => {
      await this.users.setPassword(manager, user.id, newHash, false);
      await this.sessions.endAll(manager, user.id, null);
      await this.audit.record(
        { ...auditSource(request), action: 'user.change_password', target: targetOf(user) },
        manager,
      );
    });
    return this.sessions.start(user.id, request);
  }

  async listSessions(user: SessionUser, request: FastifyRequest): Promise<SessionList> {
    return { items: await this.sessions.list(user.id, request) };
  }

  /** Ends one session, or all but the one that asks. @throws NotFoundException */
  async endSessions(user: SessionUser, id: string | null, request: FastifyRequest): Promise<void> {
    await this.database.transaction(async (manager) => {
      if (id === null) await this.sessions.endAll(manager, user.id, request);
      else if (!(await this.sessions.endById(manager, user.id, id)))
        throw new NotFoundException('You have no session with this id.');
      await this.audit.record(
        {
          ...auditSource(request),
          action: 'session.end',
          target: targetOf(user),
          after: { session: id ?? 'all others' },
        },
        manager,
      );
    });
    this.sessions.ended.next();
  }
}

function targetOf({ id, email }: SessionUser) {
  return { type: 'user', id, name: email };
}
