import { Injectable } from '@nestjs/common';
import type { RecoveryCodes, SessionUser, TotpSetup } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { AdminUserRepository } from '../../identity/admin-user.repository';
import { auditSource } from '../../identity/audit-source';
import { LoginService } from '../../identity/login.service';
import { TotpService } from '../../identity/totp.service';
import { InvalidFieldsError } from '../invalid-fields.error';

/** One's own second factor. What weakens it asks for the password again. */
@Injectable()
export class SecondFactorService {
  constructor(
    private readonly users: AdminUserRepository,
    private readonly logins: LoginService,
    private readonly totp: TotpService,
  ) {}

  propose(user: SessionUser): Promise<TotpSetup> {
    return this.totp.propose(user);
  }

  /** @throws InvalidFieldsError for a wrong code; LoginThrottledError for too many */
  async confirm(user: SessionUser, code: string, request: FastifyRequest): Promise<RecoveryCodes> {
    const codes = await this.totp.confirm(user, code, auditSource(request));
    if (codes === null) throw InvalidFieldsError.of('code', 'is wrong');
    return codes;
  }

  async renewRecoveryCodes(
    user: SessionUser,
    password: string,
    request: FastifyRequest,
  ): Promise<RecoveryCodes> {
    await this.assertPassword(user, password, request);
    return this.totp.renewRecoveryCodes(user, auditSource(request));
  }

  async disable(user: SessionUser, password: string, request: FastifyRequest): Promise<void> {
    await this.assertPassword(user, password, request);
    await this.totp.disable(user, auditSource(request));
  }

  private async assertPassword(user: SessionUser, password: string, request: FastifyRequest): Promise<void> {
    const hash = await this.users.passwordHash(user.id);
    if (!(await this.logins.confirm(user, password, hash, request)))
      throw InvalidFieldsError.of('password', 'is wrong');
  }
}
