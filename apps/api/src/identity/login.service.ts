import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, UnauthorizedException } from '@nestjs/common';
import type { LoginRequest, SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../config/app-config';
import { accountName } from './account-name';
import { type AdminUser, AdminUserRepository } from './admin-user.repository';
import { AuditService } from './audit.service';
import { actorOf } from './audit-source';
import { FIRST_RUN_FILE } from './first-run-file';
import { LoginAttempts, type LoginSource } from './login-attempts';
import { LoginThrottledError } from './login-throttled.error';
import { networkOf } from './network-of';
import { toSessionUser } from './person';
import { PasswordHasher } from './password-hasher.service';
import { SessionService } from './session.service';
import { TotpService } from './totp.service';

@Injectable()
export class LoginService {
  constructor(
    private readonly config: AppConfig,
    private readonly attempts: LoginAttempts,
    private readonly users: AdminUserRepository,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionService,
    private readonly totp: TotpService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Checks e-mail and password and starts a session.
   * @throws UnauthorizedException, in the same words and after the same work for an unknown account as for a
   * wrong password, with a code where the second factor is missing or wrong; LoginThrottledError while account or address have to wait.
   */
  async login(
    { email, password, code }: LoginRequest,
    request: FastifyRequest,
  ): Promise<{ user: SessionUser; token: string }> {
    const account = accountName(email);
    const source = { account, address: networkOf(request.ip) };
    await this.admit(source);
    const found = await this.users.findByEmail(account);
    if (!(await this.hasher.verify(password, found?.passwordHash ?? null)) || found === null)
      throw new UnauthorizedException('E-mail or password is wrong.');
    if (found.totp) await this.assertSecondFactor(found, code);
    await this.attempts.succeed(source);
    return this.begin(toSessionUser(found), 'password', request);
  }

  /** Wrong codes count as wrong passwords do: they are what an attacker with the password would have to guess. */
  private async assertSecondFactor(user: AdminUser, code: string | undefined): Promise<void> {
    if (code === undefined)
      throw new UnauthorizedException({
        message: 'Send the code of your authenticator too, or a recovery code.',
        code: 'totp_required',
      });
    if (!(await this.totp.check(user, code)))
      throw new UnauthorizedException({
        message: 'The code is wrong, or was used before.',
        code: 'totp_wrong',
      });
  }

  /** Starts the session of somebody who has proved who they are. */
  async begin(
    user: SessionUser,
    via: 'password' | 'oidc',
    request: FastifyRequest,
  ): Promise<{ user: SessionUser; token: string }> {
    const token = await this.sessions.start(user.id, request);
    await this.audit.record({
      actor: actorOf(user),
      action: 'session.start',
      target: { type: 'user', id: user.id, name: user.email },
      after: { via, userAgent: request.headers['user-agent']?.slice(0, 256) ?? null },
      address: request.ip,
    });
    await rm(join(this.config.dataDir, FIRST_RUN_FILE), { force: true });
    return { user, token };
  }

  /** Ends the session of the request's cookie, if there is one. */
  async logout(request: FastifyRequest): Promise<void> {
    const user = await this.sessions.userOf(request, 'poll');
    await this.sessions.end(request);
    if (user === null) return;
    await this.audit.record({
      actor: actorOf(user),
      action: 'session.end',
      target: { type: 'user', id: user.id, name: user.email },
      after: { session: 'own' },
      address: request.ip,
    });
  }

  /**
   * True where this is the password of somebody who is logged in; guessing it there has to wait as at the login.
   * @throws LoginThrottledError
   */
  async confirm(
    user: SessionUser,
    password: string,
    hash: string | null,
    request: FastifyRequest,
  ): Promise<boolean> {
    const source = { account: user.email, address: networkOf(request.ip) };
    await this.admit(source);
    if (!(await this.hasher.verify(password, hash))) return false;
    await this.attempts.succeed(source);
    return true;
  }

  private async admit(source: LoginSource): Promise<void> {
    const waitMs = await this.attempts.begin(source);
    if (waitMs > 0) throw new LoginThrottledError(Math.ceil(waitMs / 1000));
  }
}
