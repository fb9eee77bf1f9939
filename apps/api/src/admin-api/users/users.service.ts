import { randomUUID } from 'node:crypto';
import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import type { SessionList, UserItem, UserList, UserWithPassword } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { KeyFreshness } from '../../auth/key-freshness.service';
import { accountName } from '../../identity/account-name';
import { LimitPlans } from '../../admission/limits/limit-plans.service';
import { wholeLimits } from '../../auth/whole-limits';
import { AdminUserRepository, NO_OWN_KEYS, type StoredUser } from '../../identity/admin-user.repository';
import { AuditService } from '../../identity/audit.service';
import type { AuditSource } from '../../identity/audit-source';
import { generatedPassword } from '../../identity/generated-password';
import { PasswordHasher } from '../../identity/password-hasher.service';
import { SessionService } from '../../identity/session.service';
import { TotpService } from '../../identity/totp.service';
import { InvalidFieldsError } from '../invalid-fields.error';
import { LimitsUseService } from '../limits/limits-use.service';
import type { UserChangeDto, UserInputDto } from './user.dto';
import { auditedUser, toUserItem } from './user-item';

const UNIQUE_VIOLATION = '23505';

/** Who may log in, and as what. Every change is one transaction with its audit record. */
@Injectable()
export class UsersService {
  constructor(
    private readonly database: DataSource,
    private readonly users: AdminUserRepository,
    private readonly sessions: SessionService,
    private readonly hasher: PasswordHasher,
    private readonly totp: TotpService,
    private readonly audit: AuditService,
    private readonly keys: KeyFreshness,
    private readonly plans: LimitPlans,
    private readonly limitsUse: LimitsUseService,
  ) {}

  async list(): Promise<UserList> {
    const users = await this.users.list();
    return { items: await Promise.all(users.map((user) => this.item(user))) };
  }

  /** @throws NotFoundException */
  async detail(id: string): Promise<UserItem> {
    return this.item(found(await this.users.find(id)));
  }

  /**
   * Invites a person with a password that is shown here once, and must be changed at the first login.
   * @throws InvalidFieldsError for an address that somebody has
   */
  async create(input: UserInputDto, source: AuditSource): Promise<UserWithPassword> {
    const id = randomUUID();
    const password = generatedPassword();
    const passwordHash = await this.hasher.hash(password);
    const values = {
      email: accountName(input.email),
      name: input.name ?? null,
      role: input.role,
      readsPrompts: input.readsPrompts ?? false,
      limits: wholeLimits(input.limits ?? {}),
      ownKeys: input.ownKeys ?? NO_OWN_KEYS,
    };
    const user = await this.changing(async (manager) => {
      await this.users.insert(manager, id, values, passwordHash);
      return this.recorded(manager, source, 'user.create', null, id);
    });
    return { user: await this.told(user), password };
  }

  /**
   * Disabling somebody ends their sessions, and their API keys rest until they are enabled again.
   * @throws NotFoundException; ConflictException where no admin would be left
   */
  async change(id: string, change: UserChangeDto, source: AuditSource): Promise<UserItem> {
    let keyIds: string[] = [];
    const user = await this.changing(async (manager) => {
      await this.users.lock(manager);
      const before = found(await this.users.find(id, manager));
      const values = {
        email: change.email === undefined ? before.email : accountName(change.email),
        name: change.name === undefined ? before.name : change.name,
        role: change.role ?? before.role,
        readsPrompts: change.readsPrompts ?? before.readsPrompts,
        disabled: change.disabled ?? before.disabledAt !== null,
        limits: change.limits === undefined ? before.limits : wholeLimits(change.limits),
        ownKeys: change.ownKeys ?? before.ownKeys,
      };
      if (values.role !== 'admin' || values.disabled) await this.keepAnAdmin(manager, before);
      keyIds = await this.users.update(manager, id, values);
      if (values.disabled) await this.sessions.endAll(manager, id, null);
      return this.recorded(manager, source, 'user.change', before, id);
    });
    this.sessions.ended.next();
    await this.keys.refresh(keyIds);
    return this.told(user);
  }

  /** Their API keys are revoked, not passed on. @throws NotFoundException, ConflictException as `change` */
  async remove(id: string, source: AuditSource): Promise<void> {
    const keyIds = await this.database.transaction(async (manager) => {
      await this.users.lock(manager);
      const before = found(await this.users.find(id, manager));
      await this.keepAnAdmin(manager, before);
      const revoked = await this.users.remove(manager, id);
      await this.audit.record(
        { ...source, action: 'user.delete', target: targetOf(before), before: auditedUser(before) },
        manager,
      );
      return revoked;
    });
    this.sessions.ended.next();
    await this.keys.refresh(keyIds);
  }

  /** A new password, shown here once; ends all sessions of the person. @throws NotFoundException */
  async resetPassword(id: string, source: AuditSource): Promise<UserWithPassword> {
    const password = generatedPassword();
    const passwordHash = await this.hasher.hash(password);
    const user = await this.changing(async (manager) => {
      const before = found(await this.users.find(id, manager));
      await this.users.setPassword(manager, id, passwordHash, true);
      await this.sessions.endAll(manager, id, null);
      return this.recorded(manager, source, 'user.reset_password', before, id);
    });
    this.sessions.ended.next();
    return { user: await this.told(user), password };
  }

  /** @throws NotFoundException */
  async listSessions(id: string, request: FastifyRequest): Promise<SessionList> {
    found(await this.users.find(id));
    return { items: await this.sessions.list(id, request) };
  }

  /** @throws NotFoundException */
  async endSessions(id: string, sessionId: string | null, source: AuditSource): Promise<void> {
    await this.database.transaction(async (manager) => {
      const user = found(await this.users.find(id, manager));
      if (sessionId === null) await this.sessions.endAll(manager, id, null);
      else if (!(await this.sessions.endById(manager, id, sessionId)))
        throw new NotFoundException('There is no session with this id.');
      await this.audit.record(
        { ...source, action: 'session.end', target: targetOf(user), after: { session: sessionId ?? 'all' } },
        manager,
      );
    });
    this.sessions.ended.next();
  }

  /** @throws NotFoundException */
  async disableTotp(id: string, source: AuditSource): Promise<void> {
    await this.totp.disable(found(await this.users.find(id)), source);
  }

  private async keepAnAdmin(manager: EntityManager, user: StoredUser): Promise<void> {
    if (user.role !== 'admin' || user.disabledAt !== null) return;
    if ((await this.users.otherAdmins(manager, user.id)) === 0)
      throw new ConflictException('This is the last admin. Make somebody else admin first.');
  }

  private async changing(work: (manager: EntityManager) => Promise<StoredUser>): Promise<StoredUser> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if (error instanceof QueryFailedError && codeOf(error.driverError) === UNIQUE_VIOLATION)
        throw InvalidFieldsError.of('email', 'is in use already');
      throw error;
    }
  }

  private async recorded(
    manager: EntityManager,
    source: AuditSource,
    action: string,
    before: StoredUser | null,
    id: string,
  ): Promise<StoredUser> {
    const after = found(await this.users.find(id, manager));
    await this.audit.record(
      {
        ...source,
        action,
        target: targetOf(after),
        before: before === null ? null : auditedUser(before),
        after: auditedUser(after),
      },
      manager,
    );
    return after;
  }

  /** After a change: its limits hold once it is answered. */
  private async told(user: StoredUser): Promise<UserItem> {
    await this.plans.refresh();
    return this.item(user);
  }

  private async item(user: StoredUser): Promise<UserItem> {
    const stored = toUserItem(user);
    return { ...stored, limitsUse: await this.limitsUse.of('user', user.id, stored.limits) };
  }
}

function found(user: StoredUser | null): StoredUser {
  if (user === null) throw new NotFoundException('There is no user with this id.');
  return user;
}

function targetOf({ id, email }: StoredUser) {
  return { type: 'user', id, name: email };
}

function codeOf(driverError: unknown): unknown {
  return (driverError as { code?: unknown }).code;
}
