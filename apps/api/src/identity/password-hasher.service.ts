import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { LoginThrottledError } from './login-throttled.error';
import { hashPassword, verifyPassword } from './password-hash';

/**
 * Each hash holds 19 MiB, a core, and a thread of libuv's pool, which the spool's writes share: a core is left for the
 * requests, however many log in.
 */
const PARALLEL_HASHES = Math.max(1, Math.min(2, availableParallelism() - 1));
const WAITING_HASHES = 64;

/** Argon2id with a cap on how many hashes run and wait at once. */
@Injectable()
export class PasswordHasher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private decoy: Promise<string> | null = null;

  hash(password: string): Promise<string> {
    return this.inTurn(() => hashPassword(password));
  }

  /**
   * Checks a password against a user's PHC string, or does the same work for nobody: an unknown account takes as
   * long as a known one.
   * @throws LoginThrottledError when too many hashes wait already.
   */
  async verify(password: string, phc: string | null): Promise<boolean> {
    this.decoy ??= hashPassword('decoy');
    const against = phc ?? (await this.decoy);
    const matches = await this.inTurn(() => verifyPassword(password, against));
    return matches && phc !== null;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= PARALLEL_HASHES) {
      if (this.waiting.length >= WAITING_HASHES) throw new LoginThrottledError(1);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
