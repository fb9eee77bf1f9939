import type { BackoffRule } from './login-backoff';

/** An account's wait stays short, or anybody could lock its owner out; an address may wait long. */
export const ACCOUNT_RULE: BackoffRule = { freeAttempts: 5, maxWaitMs: 60_000 };
export const ADDRESS_RULE: BackoffRule = { freeAttempts: 20, maxWaitMs: 900_000 };

/** Who tries to log in, and from where. */
export interface LoginSource {
  /** The account's name, whether or not there is such an account. */
  account: string;
  /** The network that the address belongs to. */
  address: string;
}

/** Counts attempts to log in, per account and per address. */
export abstract class LoginAttempts {
  /**
   * Counts an attempt that is about to be made, or, uncounted, refuses it.
   * @returns milliseconds until account and address may try again; 0 where the attempt may be made now
   */
  abstract begin(source: LoginSource): Promise<number>;

  /** The attempt succeeded: the account's past is forgotten, and of the address' this one attempt. */
  abstract succeed(source: LoginSource): Promise<void>;
}
