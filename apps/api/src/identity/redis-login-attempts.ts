import { Logger } from '@nestjs/common';
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

/** The attempts at all gateways on one database, in Redis; while it is away each gateway counts its own. */
export class RedisLoginAttempts extends LoginAttempts {
  private readonly logger = new Logger(RedisLoginAttempts.name);
  private readonly alone: MemoryLoginAttempts;

  /** @param nowMs a clock in place of Redis' own; for tests that let time pass */
  constructor(
    private readonly redis: Pick<RedisConnection, 'run'>,
    private readonly nowMs: (() => number) | null = null,
  ) {
    super();
    this.alone = new MemoryLoginAttempts(nowMs ?? Date.now);
  }

  async begin(source: LoginSource): Promise<number> {
    const waitMs = await this.ask(LOGIN_BEGIN, [
      this.nowMs === null ? '' : String(this.nowMs()),
      String(FIRST_WAIT_MS),
      String(FORGET_MS),
      String(MAX_NAMES),
      source.account,
      String(ACCOUNT_RULE.freeAttempts),
      String(ACCOUNT_RULE.maxWaitMs),
      source.address,
      String(ADDRESS_RULE.freeAttempts),
      String(ADDRESS_RULE.maxWaitMs),
    ]);
    return waitMs ?? this.alone.begin(source);
  }

  async succeed(source: LoginSource): Promise<void> {
    const told = await this.ask(LOGIN_SUCCEED, [source.account, source.address]);
    if (told === null) await this.alone.succeed(source);
  }

  /** @returns null where Redis does not answer, or refuses */
  private async ask(script: RedisScript, values: readonly string[]): Promise<number | null> {
    try {
      return Number(await this.redis.run(script, KEYS, values));
    } catch (error) {
      // That Redis is away is told by its connection.
      if (!(error instanceof RedisAway))
        this.logger.error(`login attempts are not shared for now: ${(error as Error).message}`);
      return null;
    }
  }
}
