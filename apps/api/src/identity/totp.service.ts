import { ConflictException, Injectable } from '@nestjs/common';
import type { RecoveryCodes, SessionUser, TotpSetup } from '@ollameter/admin-contract';
import { Secret, TOTP } from 'otpauth';
import { DataSource, type EntityManager } from 'typeorm';
import { PepperService } from '../auth/pepper.service';
import { seal, unseal } from '../responses/sealed-box';
import { AuditService } from './audit.service';
import type { AuditSource } from './audit-source';
import { recoveryCode } from './generated-password';
import { TotpRepository } from './totp.repository';

const ISSUER = 'Ollameter';
const SECRET_BYTES = 20;
const STEP_MS = 30_000;
/** Clocks of phones: one step early or late. */
const WINDOW_STEPS = 1;
const RECOVERY_CODES = 10;
const SIX_DIGITS = /^\d{6}$/;

/** The second factor: time-based codes of RFC 6238, and recovery codes for when the phone is gone. */
@Injectable()
export class TotpService {
  private readonly sealingKey: Buffer;

  constructor(
    private readonly database: DataSource,
    private readonly factors: TotpRepository,
    private readonly pepper: PepperService,
    private readonly audit: AuditService,
  ) {
    this.sealingKey = pepper.deriveKey('totp secrets');
  }

  /** A new secret, not in force until a code of it is shown. @throws ConflictException where one is in force */
  async propose(user: SessionUser): Promise<TotpSetup> {
    const secret = new Secret({ size: SECRET_BYTES });
    const proposed = await this.factors.propose(user.id, seal(this.sealingKey, user.id, secret.base32));
    if (!proposed) throw new ConflictException('The second factor is on already. Turn it off first.');
    return { secret: secret.base32, uri: totpOf(user.email, secret).toString() };
  }

  /** Puts the proposed secret in force; null where the code is wrong. @throws ConflictException without a proposal */
  async confirm(user: SessionUser, code: string, source: AuditSource): Promise<RecoveryCodes | null> {
    const factor = await this.factors.find(user.id);
    if (factor === null || factor.confirmed)
      throw new ConflictException('There is no second factor to be confirmed.');
    if (!(await this.checkCode(user, factor.sealedSecret, code))) return null;
    return this.database.transaction(async (manager) => {
      await this.factors.confirm(manager, user.id);
      await this.record(manager, 'totp.enable', user, source);
      return this.newRecoveryCodes(manager, user.id);
    });
  }

  /** Ten new codes in place of the old ones. @throws ConflictException while there is no second factor */
  async renewRecoveryCodes(user: SessionUser, source: AuditSource): Promise<RecoveryCodes> {
    const factor = await this.factors.find(user.id);
    if (factor?.confirmed !== true) throw new ConflictException('The second factor is off.');
    return this.database.transaction(async (manager) => {
      await this.record(manager, 'totp.renew_recovery_codes', user, source);
      return this.newRecoveryCodes(manager, user.id);
    });
  }

  async disable(user: { id: string; email: string }, source: AuditSource): Promise<void> {
    await this.database.transaction(async (manager) => {
      await this.factors.clear(manager, user.id);
      await this.record(manager, 'totp.disable', user, source);
    });
  }

  /** True for a code of the authenticator that was not used before, or a recovery code, which is used up by it. */
  async check(user: { id: string; email: string }, code: string): Promise<boolean> {
    const given = code.replace(/[\s-]/g, '').toLowerCase();
    if (!SIX_DIGITS.test(given)) return this.factors.useRecoveryCode(user.id, this.pepper.hash(given));
    const factor = await this.factors.find(user.id);
    return factor?.confirmed === true && this.checkCode(user, factor.sealedSecret, given);
  }

  private async checkCode(
    { id, email }: { id: string; email: string },
    sealedSecret: Buffer,
    code: string,
  ): Promise<boolean> {
    const secret = Secret.fromBase32(unseal(this.sealingKey, id, sealedSecret));
    const timestamp = Date.now();
    const delta = totpOf(email, secret).validate({ token: code, window: WINDOW_STEPS, timestamp });
    return delta !== null && this.factors.useStep(id, Math.floor(timestamp / STEP_MS) + delta);
  }

  private async newRecoveryCodes(manager: EntityManager, userId: string): Promise<RecoveryCodes> {
    const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
    const hashes = codes.map((code) => this.pepper.hash(code.replace('-', '')));
    await this.factors.replaceRecoveryCodes(manager, userId, hashes);
    return { codes };
  }

  private record(
    manager: EntityManager,
    action: string,
    { id, email }: { id: string; email: string },
    source: AuditSource,
  ): Promise<void> {
    return this.audit.record({ ...source, action, target: { type: 'user', id, name: email } }, manager);
  }
}

function totpOf(label: string, secret: Secret): TOTP {
  return new TOTP({ issuer: ISSUER, label, secret });
}
