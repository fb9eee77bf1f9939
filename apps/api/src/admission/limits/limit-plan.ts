import type { Budget, Limits } from '@ollameter/admin-contract';
import type { Share } from '../fair-queue';
import type { Bucket } from './limit-counters';

/** Whose limit it is, in words for people. */
export type LimitHolder = 'key' | 'user' | 'all';

/** A minute's limit as a bucket of the counters. */
export interface PlannedBucket extends Bucket {
  readonly holder: LimitHolder;
}

export interface PlannedBudget extends Budget {
  readonly holder: LimitHolder;
  /** `key:…`, `user:…` or `all`. */
  readonly subject: string;
}

/** Everything that a key's requests must fit into: limits of its own, of its owner, and of all together. */
export interface LimitPlan {
  readonly requests: readonly PlannedBucket[];
  readonly tokens: readonly PlannedBucket[];
  readonly budgets: readonly PlannedBudget[];
  /** Always of all three that there are: where nothing is limited, what runs is counted. */
  readonly shares: readonly Share[];
}

/** One who has limits. */
export interface LimitSubject {
  readonly holder: LimitHolder;
  readonly id: string;
  readonly limits: Required<Limits>;
}

export const ALL_SUBJECT = 'all';
export const keySubject = (keyId: string): string => `key:${keyId}`;
export const userSubject = (userId: string): string => `user:${userId}`;

export const requestBucketId = (subject: string): string => `requests:${subject}`;

export function planLimits(subjects: readonly LimitSubject[]): LimitPlan {
  return {
    requests: subjects.flatMap(({ holder, id, limits: { requestsPerMinute } }) =>
      requestsPerMinute === null ? [] : [{ holder, id: requestBucketId(id), perMinute: requestsPerMinute }],
    ),
    tokens: subjects.flatMap(({ holder, id, limits: { tokensPerMinute } }) =>
      tokensPerMinute === null ? [] : [{ holder, id: `tokens:${id}`, perMinute: tokensPerMinute }],
    ),
    budgets: subjects.flatMap(({ holder, id, limits }) =>
      limits.budgets.map((budget) => ({ ...budget, holder, subject: id })),
    ),
    shares: subjects.map(({ id, limits }) => ({ id, limit: limits.concurrentRequests ?? Infinity })),
  };
}
