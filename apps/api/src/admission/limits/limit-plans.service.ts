import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Limits } from '@ollameter/admin-contract';
import type { Caller } from '../../auth/caller';
import { wholeLimits } from '../../auth/whole-limits';
import {
  ALL_SUBJECT,
  keySubject,
  type LimitPlan,
  type LimitSubject,
  planLimits,
  userSubject,
} from './limit-plan';
import { SharedLimitsRepository } from './shared-limits.repository';

/** How soon a change made on another gateway counts here. */
const REFRESH_MS = 5_000;

type Holder = Pick<Caller, 'keyId' | 'ownerId' | 'limits'>;

/**
 * What each key's requests must fit into. Limits of users and of all keys are held in memory like the keys
 * themselves, and a plan is made once per key and change: a request asks nobody.
 */
@Injectable()
export class LimitPlans implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(LimitPlans.name);
  private plans = new WeakMap<Holder, LimitPlan>();
  private all: Required<Limits> = wholeLimits({});
  private users = new Map<string, Required<Limits>>();
  private known = '';
  private reading: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly repository: SharedLimitsRepository) {}

  /** @throws what the database throws at the first reading: a gateway does not start without its limits. */
  async onModuleInit(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      // PostgreSQL may be away: what was known goes on counting.
      this.refresh().catch((error: unknown) => this.logger.debug((error as Error).message));
    }, REFRESH_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** Limits of all keys together. */
  get ofAll(): Required<Limits> {
    return this.all;
  }

  /** Users who have limits, and theirs. */
  get ofUsers(): ReadonlyMap<string, Required<Limits>> {
    return this.users;
  }

  /** Takes over what is stored now; whoever changed it waits for it, so that the change holds once it is answered. */
  refresh(): Promise<void> {
    // One reading after the other: an older answer never overwrites a newer one.
    const turn = this.reading.then(() => this.read());
    this.reading = turn.catch(() => undefined);
    return turn;
  }

  planOf(caller: Holder): LimitPlan {
    let plan = this.plans.get(caller);
    if (plan === undefined) {
      plan = planLimits(this.subjectsOf(caller));
      this.plans.set(caller, plan);
    }
    return plan;
  }

  private async read(): Promise<void> {
    const { all, users } = await this.repository.read();
    const text = JSON.stringify([all, [...users]]);
    if (text === this.known) return;
    this.known = text;
    this.all = wholeLimits(all);
    this.users = new Map([...users].map(([id, limits]) => [id, wholeLimits(limits)]));
    this.plans = new WeakMap();
  }

  private subjectsOf({ keyId, ownerId, limits }: Holder): LimitSubject[] {
    const subjects: LimitSubject[] = [{ holder: 'key', id: keySubject(keyId), limits }];
    if (ownerId !== null)
      subjects.push({
        holder: 'user',
        id: userSubject(ownerId),
        limits: this.users.get(ownerId) ?? wholeLimits({}),
      });
    subjects.push({ holder: 'all', id: ALL_SUBJECT, limits: this.all });
    return subjects;
  }
}
