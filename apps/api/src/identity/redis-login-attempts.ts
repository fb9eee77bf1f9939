import { Logger } from '@nestjs/common';
import { KeyedHash } from '../auth/keyed-hash';
import type { PepperService } from '../auth/pepper.service';
import { RedisAway } from '../redis/redis-away.error';
import type { RedisConnection } from '../redis/redis-connection.service';
import type { RedisScript } from '../redis/redis-script';
import { ACCOUNT_RULE, ADDRESS_RULE, LoginAttempts, type LoginSource } from './login-attempts';
import { FIRST_WAIT_MS, FORGET_MS, MAX_NAMES } from './login-backoff';
import { LOGIN_BEGIN, LOGIN_SUCCEED } from './login-scripts';
import { MemoryLoginAttempts } from './memory-login-attempts';

const KEYS = [
  'login:account:last',
  'login:account:attempts',
  'login:address:last',
  'login:address:attempts',
] as const;

/**
 * The attempts at all gateways on one database, in Redis; while it is away each gateway counts its own. Redis sees
 * keyed hashes of accounts and addresses: who reads it learns of nobody who has one, or tried.
 */
export class RedisLoginAttempts extends LoginAttempts {
  private readonly logger = new Logger(RedisLoginAttempts.name);
  private readonly names: KeyedHash;
  private readonly alone: MemoryLoginAttempts;
  private failing = false;

  /** @param nowMs a clock in place of Redis' own; for tests that let time pass */
  constructor(
    private readonly redis: Pick<RedisConnection, 'run'>,
    pepper: PepperService,
    private readonly nowMs: (() => number) | null = null,
  ) {
    super();
    this.names = new KeyedHash(pepper.deriveKey('names of login attempts'));
    this.alone = new MemoryLoginAttempts(nowMs ?? Date.now);
  }

  async begin(source: LoginSource): Promise<number> {
    const waitMs = await this.ask(LOGIN_BEGIN, [
      this.nowMs === null ? '' : String(this.nowMs()),
      String(FIRST_WAIT_MS),
      String(FORGET_MS),
      String(MAX_NAMES),
      this.hidden(source.account),
      String(ACCOUNT_RULE.freeAttempts),
      String(ACCOUNT_RULE.maxWaitMs),
      this.hidden(source.address),
      String(ADDRESS_RULE.freeAttempts),
      String(ADDRESS_RULE.maxWaitMs),
    ]);
    return waitMs ?? this.alone.begin(source);
  }

  async succeed(source: LoginSource): Promise<void> {
    // Redis may have come or gone since the attempt was counted.
    await this.alone.succeed(source);
    await this.ask(LOGIN_SUCCEED, [this.hidden(source.account), this.hidden(source.address)]);
  }

  private hidden(name: string): string {
    return this.names.digest(name).toString('base64url');
  }

  /** @returns null where Redis does not answer, or refuses */
  private async ask(script: RedisScript, values: readonly string[]): Promise<number | null> {
    try {
      const answer = Number(await this.redis.run(script, KEYS, values));
      this.failing = false;
      return answer;
    } catch (error) {
      this.tellFailure(error as Error);
      return null;
    }
  }

  /** That Redis is away is told by its connection; here only what it refuses, once. */
  private tellFailure(error: Error): void {
    if (error instanceof RedisAway || this.failing) return;
    this.failing = true;
    this.logger.error(`attempts to log in are not shared for now: ${error.message}`);
  }
}
