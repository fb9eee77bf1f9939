import { Injectable } from '@nestjs/common';
import { LoginThrottledError } from './login-throttled.error';
import { hashPassword, verifyPassword } from './password-hash';

/** About two seconds of one thread's hashing: who comes later is told to come back. */
const MOST_HASHES = 64;

/** Argon2id with a cap on how many hashes wait at once. */
@Injectable()
export class PasswordHasher {
  private waiting = 0;
  private decoy: Promise<string> | null = null;

  hash(password: string): Promise<string> {
    return this.counted(() => hashPassword(password));
  }

  /**
   * Checks a password against a user's PHC string, or does the same work for nobody: an unknown account takes as
   * long as a known one.
   * @throws LoginThrottledError when too many hashes wait already.
   */
  async verify(password: string, phc: string | null): Promise<boolean> {
    this.decoy ??= hashPassword('decoy');
    const against = phc ?? (await this.decoy);
    const matches = await this.counted(() => verifyPassword(password, against));
    return matches && phc !== null;
  }

  private async counted<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= MOST_HASHES) throw new LoginThrottledError(1);
    this.waiting += 1;
    try {
      return await work();
    } finally {
      this.waiting -= 1;
    }
  }
}
