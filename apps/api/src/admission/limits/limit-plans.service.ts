import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Limits } from '@ollameter/admin-contract';
import type { Caller } from '../../auth/caller';
import { wholeLimits } from '../../auth/whole-limits';
import { ChangeFeed } from '../../database/change-feed.service';
import type { KeptCopy } from '../../database/kept-copy';
import {
  ALL_SUBJECT,
  keySubject,
  type LimitPlan,
  type LimitSubject,
  planLimits,
  userSubject,
} from './limit-plan';
import { SharedLimitsRepository } from './shared-limits.repository';

type Holder = Pick<Caller, 'keyId' | 'ownerId' | 'limits'>;

/**
 * What each key's requests must fit into. Limits of users and of all keys are held in memory like the keys
 * themselves, and a plan is made once per key and change: a request asks nobody.
 */
@Injectable()
export class LimitPlans implements OnModuleInit {
  private plans = new WeakMap<Holder, LimitPlan>();
  private all: Required<Limits> = wholeLimits({});
  private users = new Map<string, Required<Limits>>();
  private known = '';
  private readonly copy: KeptCopy;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly repository: SharedLimitsRepository,
  ) {
    this.copy = feed.keep(['limits', 'setting'], () => this.read());
  }

  /** @throws what the database throws at the first reading: a gateway does not start without its limits. */
  async onModuleInit(): Promise<void> {
    await this.copy.refresh();
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
    this.feed.tell('limits');
    return this.copy.refresh();
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
