import type { ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { ClientLeft, type Exchange, type ExchangeEnd } from '../../exchange/exchange';
import { BudgetSums } from './budget-sums.service';
import { LimitCounters, type Reservation, type ReservationAnswer } from './limit-counters';
import type { LimitPlan, PlannedBudget } from './limit-plan';
import { LimitEvents } from './limit-events';
import { LimitPlans } from './limit-plans.service';
import { insufficientQuota, rateLimitExceeded } from './limit-refusals';
import { BudgetWarnings } from './budget-warnings';
import { setRateLimitHeaders } from './rate-limit-headers';
import { type EstimatedRequest, estimateTokens, type TokenEstimate } from './token-estimate';

/**
 * Tokens per minute and budgets: what a request may use is set aside before it waits for a slot, and corrected to
 * what it did use at its end, whatever the end is.
 */
@Injectable()
export class TokenReservations {
  private readonly warnings = new BudgetWarnings(new Logger(TokenReservations.name));

  constructor(
    private readonly plans: LimitPlans,
    private readonly counters: LimitCounters,
    private readonly sums: BudgetSums,
    private readonly events: LimitEvents,
  ) {}

  /**
   * Sets the request's tokens aside. A promise only where the counters are elsewhere, or what a new budget has used
   * must be read first.
   * @param response null where nobody waits for headers
   * @throws GatewayError `rate_limit_exceeded`, `insufficient_quota`; then nothing is set aside
   */
  reserve(
    exchange: Exchange,
    request: EstimatedRequest,
    response: ServerResponse | null,
  ): Promise<void> | undefined {
    const { caller } = exchange;
    if (caller === null) return undefined;
    const plan = this.plans.planOf(caller);
    if (plan.tokens.length === 0 && plan.budgets.length === 0) return undefined;
    const ready = this.sums.ready(plan.budgets);
    if (ready !== undefined) return ready.then(() => this.ask(exchange, plan, request, response));
    return this.ask(exchange, plan, request, response);
  }

  private ask(
    exchange: Exchange,
    plan: LimitPlan,
    request: EstimatedRequest,
    response: ServerResponse | null,
  ): Promise<void> | undefined {
    this.refuseSpent(plan.budgets);
    const estimate = estimateTokens(
      request,
      plan.tokens.map(({ perMinute }) => perMinute),
    );
    const budgets = plan.budgets.filter(({ unit }) => unit === 'tokens');
    const reservation: Reservation = {
      id: exchange.id,
      tokens: estimate.prompt + estimate.answer,
      buckets: plan.tokens,
      allowances: budgets.map((budget) => ({
        id: this.sums.allowanceId(budget),
        room: budget.action === 'block' ? budget.amount - this.sums.usedOf(budget) : null,
      })),
    };
    const conclude = (answer: ReservationAnswer) =>
      this.conclude(exchange, plan, budgets, estimate, answer, response);
    const answer = this.counters.reserve(reservation);
    if (answer instanceof Promise) return answer.then(conclude);
    conclude(answer);
    return undefined;
  }

  /** Money and energy are known only when they are settled: nothing of them can be set aside. */
  private refuseSpent(budgets: readonly PlannedBudget[]): void {
    for (const budget of budgets) {
      if (budget.unit === 'tokens' || budget.action !== 'block') continue;
      if (this.sums.usedOf(budget) >= budget.amount) throw this.spent(budget);
    }
  }

  private conclude(
    exchange: Exchange,
    plan: LimitPlan,
    budgets: readonly PlannedBudget[],
    estimate: TokenEstimate,
    answer: ReservationAnswer,
    response: ServerResponse | null,
  ): void {
    const { exhausted, refusedBy, held } = answer;
    if (response !== null) setRateLimitHeaders(response, 'tokens', plan.tokens, answer.states);
    const spent = exhausted === null ? undefined : budgets[exhausted];
    if (spent !== undefined) throw this.spent(spent);
    const full = refusedBy === null ? undefined : plan.tokens[refusedBy];
    if (full !== undefined) {
      this.events.tell({ kind: 'refused', limit: 'tokens', holder: full.holder });
      throw rateLimitExceeded('tokens', full, answer.retryAfterMs);
    }
    // The client may have left while the counters were asked.
    if (exchange.settled) {
      void this.counters.release(exchange.id);
      throw new ClientLeft();
    }
    if (budgets.length > 0) this.sums.releaseWhenStored(exchange.id);
    exchange.onSettled((end, kept) => this.settle(exchange.id, usedOf(end, estimate), kept));
    this.warn(plan.budgets, budgets, held, response);
  }

  private settle(id: string, tokens: number, kept: boolean): void {
    void this.counters.settle(id, tokens);
    // A row will tell what was used; until then it stays held.
    if (kept && tokens > 0 && this.sums.awaits(id)) return;
    this.sums.forget(id);
    void this.counters.release(id);
  }

  private warn(
    all: readonly PlannedBudget[],
    held: readonly PlannedBudget[],
    heldTokens: readonly number[],
    response: ServerResponse | null,
  ): void {
    for (const budget of all) {
      if (budget.action !== 'warn') continue;
      const place = held.indexOf(budget);
      const used = this.sums.usedOf(budget) + (place < 0 ? 0 : (heldTokens[place] ?? 0));
      if (used < budget.amount) continue;
      this.events.tell({ kind: 'warned', limit: `budget_${budget.unit}`, holder: budget.holder });
      this.warnings.tell(budget, used, this.sums.spans[budget.period], response);
    }
  }

  private spent(budget: PlannedBudget): Error {
    this.events.tell({ kind: 'refused', limit: `budget_${budget.unit}`, holder: budget.holder });
    return insufficientQuota(budget, this.sums.spans[budget.period].toMs);
  }
}

/** Ollama's counts; else the counted records, with the estimate of a prompt that was worked on. */
function usedOf({ metering }: ExchangeEnd, estimate: TokenEstimate): number {
  if (metering?.firstRecordUs == null) return 0;
  return (metering.promptTokens ?? estimate.prompt) + (metering.completionTokens ?? 0);
}
