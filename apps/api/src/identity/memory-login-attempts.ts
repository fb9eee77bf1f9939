import { ACCOUNT_RULE, ADDRESS_RULE, LoginAttempts, type LoginSource } from './login-attempts';
import { LoginBackoff } from './login-backoff';

/** The attempts at this gateway alone. */
export class MemoryLoginAttempts extends LoginAttempts {
  private readonly accounts: LoginBackoff;
  private readonly addresses: LoginBackoff;

  constructor(nowMs: () => number = Date.now) {
    super();
    this.accounts = new LoginBackoff(ACCOUNT_RULE, nowMs);
    this.addresses = new LoginBackoff(ADDRESS_RULE, nowMs);
  }

  begin({ account, address }: LoginSource): Promise<number> {
    const waitMs = Math.max(this.accounts.waitMs(account), this.addresses.waitMs(address));
    if (waitMs === 0) {
      this.accounts.attempt(account);
      this.addresses.attempt(address);
    }
    return Promise.resolve(waitMs);
  }

  succeed({ account, address }: LoginSource): Promise<void> {
    this.accounts.clear(account);
    this.addresses.forgive(address);
    return Promise.resolve();
  }
}
