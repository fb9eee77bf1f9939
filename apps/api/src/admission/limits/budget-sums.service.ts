import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUDGET_PERIODS, type BudgetPeriod, type BudgetUnit } from '@ollameter/admin-contract';
import { KeyFreshness } from '../../auth/key-freshness.service';
import { AppConfig } from '../../config/app-config';
import { BudgetPeriods, type BudgetSpans } from './budget-periods';
import { type BudgetHolders, BudgetSumsRepository } from './budget-sums.repository';
import { LimitCounters } from './limit-counters';
import { ALL_SUBJECT, keySubject, type PlannedBudget, userSubject } from './limit-plan';
import { LimitPlans } from './limit-plans.service';

/** At least this often while anybody has a budget: energy is settled, and other gateways serve, at any time. */
const EVERY_MS = 3_000;
/** After rows were stored. */
const SOON_MS = 200;
/** A reading that took long makes the next one wait for so many times as long: it never fills the database's day. */
const REST_FACTOR = 10;
/** After a failure, requests do not wait for another try before this. */
const RETRY_MS = 1_000;

type Used = Record<BudgetUnit, number>;

/** What was read: sums by subject and period, of the spans that were running then. */
interface Reading {
  readonly spans: BudgetSpans;
  readonly subjects: ReadonlySet<string>;
  readonly used: ReadonlyMap<string, Record<BudgetPeriod, Used>>;
}

/**
 * What budgets have used of their running periods, as the rollups say: read at start, after rows were stored, and
 * every few seconds. What a request used is held in the counters until a reading contains it, so nothing is missed
 * between, and no query is made for a request but the first of one who just got a budget.
 */
@Injectable()
export class BudgetSums implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(BudgetSums.name);
  private readonly periods = new BudgetPeriods();
  /** Requests whose use is held until a reading contains it. */
  private readonly unstored = new Set<string>();
  private stored: string[] = [];
  private last: Reading | null = null;
  private reading: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private notBeforeMs = 0;
  private failing = false;
  private stopped = false;

  constructor(
    private readonly config: AppConfig,
    private readonly keys: KeyFreshness,
    private readonly plans: LimitPlans,
    private readonly repository: BudgetSumsRepository,
    private readonly counters: LimitCounters,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.reading;
  }

  /** The running period of each kind. */
  get spans(): BudgetSpans {
    return this.periods.at(Date.now(), this.config.timezone);
  }

  /** Undefined where what these budgets used is known; else a promise for it, which resolves in any case. */
  ready(budgets: readonly PlannedBudget[]): Promise<void> | undefined {
    if (budgets.every(({ subject }) => this.last?.subjects.has(subject))) return undefined;
    if (this.failing && performance.now() < this.notBeforeMs) return undefined;
    return this.refresh();
  }

  /** Settled in the budget's running period, in its unit. */
  usedOf({ subject, unit, period }: PlannedBudget): number {
    const { last, spans } = this;
    if (last?.spans[period].fromMs !== spans[period].fromMs) return 0;
    return last.used.get(subject)?.[period][unit] ?? 0;
  }

  /** Where the counters hold what a token budget has set aside in its running period. */
  allowanceId({ subject, period }: PlannedBudget): string {
    return `budget:${subject}:${period}:${this.spans[period].fromMs}`;
  }

  /** This request's use is held by the counters; it is released once a reading contains its row. */
  releaseWhenStored(id: string): void {
    this.unstored.add(id);
  }

  /** Whether the row of this request is still to come. */
  awaits(id: string): boolean {
    return this.unstored.has(id);
  }

  /** No row will tell of this request. */
  forget(id: string): void {
    this.unstored.delete(id);
  }

  /** These rows are in the database now. */
  noteStored(ids: Iterable<string>): void {
    let any = false;
    for (const id of ids) {
      any = true;
      if (this.unstored.delete(id)) this.stored.push(id);
    }
    if (any && (this.stored.length > 0 || this.anyBudgets())) this.schedule(SOON_MS);
  }

  /** Reads after everything that was committed until now; never rejects. */
  async refresh(): Promise<void> {
    if (this.reading !== null) await this.reading;
    this.reading ??= this.read().finally(() => {
      this.reading = null;
      this.schedule(EVERY_MS);
    });
    await this.reading;
  }

  private schedule(inMs: number): void {
    if (this.stopped) return;
    if (this.timer !== null) clearTimeout(this.timer);
    const restMs = this.notBeforeMs - performance.now();
    this.timer = setTimeout(() => void this.refresh(), Math.max(inMs, restMs));
    this.timer.unref();
  }

  private async read(): Promise<void> {
    const released = this.stored;
    this.stored = [];
    const startedMs = performance.now();
    try {
      this.last = this.anyBudgets() ? await this.readSums() : null;
      this.notBeforeMs = performance.now() + (performance.now() - startedMs) * REST_FACTOR;
      for (const id of released) void this.counters.release(id);
      this.failing = false;
    } catch (error) {
      this.stored.push(...released);
      this.notBeforeMs = performance.now() + RETRY_MS;
      if (!this.failing) this.logger.warn(`budgets go by older sums: ${(error as Error).message}`);
      this.failing = true;
    }
  }

  private async readSums(): Promise<Reading> {
    const { spans, holders } = this;
    const boundaries = [...new Set(BUDGET_PERIODS.map((period) => spans[period].fromMs))].sort(
      (a, b) => a - b,
    );
    const sums = await this.repository.read(boundaries, spans.day.toMs, this.config.currency, holders);
    const used = new Map<string, Record<BudgetPeriod, Used>>();
    for (const { subject, slot, ...figures } of sums) {
      const of = used.get(subject) ?? { day: nothing(), week: nothing(), month: nothing() };
      used.set(subject, of);
      for (const period of BUDGET_PERIODS)
        if ((boundaries[slot - 1] ?? 0) >= spans[period].fromMs) add(of[period], figures);
    }
    const subjects = [...holders.keyIds.map(keySubject), ...holders.userIds.map(userSubject)];
    return { spans, used, subjects: new Set(holders.all ? [...subjects, ALL_SUBJECT] : subjects) };
  }

  private get holders(): BudgetHolders {
    const users = [...this.plans.ofUsers].filter(([, { budgets }]) => budgets.length > 0);
    return {
      keyIds: [...this.keys.store.withBudgets],
      userIds: users.map(([id]) => id),
      all: this.plans.ofAll.budgets.length > 0,
    };
  }

  private anyBudgets(): boolean {
    const { keyIds, userIds, all } = this.holders;
    return keyIds.length > 0 || userIds.length > 0 || all;
  }
}

function nothing(): Used {
  return { tokens: 0, money: 0, energyWh: 0 };
}

function add(sum: Used, { tokens, money, energyWh }: Used): void {
  sum.tokens += tokens;
  sum.money += money;
  sum.energyWh += energyWh;
}
