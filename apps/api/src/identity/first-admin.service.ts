import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import { accountName } from './account-name';
import { AdminUserRepository } from './admin-user.repository';
import { generatedPassword } from './generated-password';
import { PasswordHasher } from './password-hasher.service';

/** Makes the first admin of an empty database. */
@Injectable()
export class FirstAdminService {
  constructor(
    private readonly config: AppConfig,
    private readonly users: AdminUserRepository,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Null when somebody can log in already; else the new admin, with the password where it was generated here
   * (null where `ADMIN_PASSWORD` gave it). It is not kept anywhere in the clear.
   */
  async ensure(): Promise<{ email: string; password: string | null } | null> {
    if (await this.users.anyExists()) return null;
    const email = accountName(this.config.adminEmail);
    const password = this.config.adminPassword ?? generatedPassword();
    const created = await this.users.createFirst(email, await this.hasher.hash(password));
    return created ? { email, password: this.config.adminPassword === null ? password : null } : null;
  }
}
