import type { Budget, BudgetUse, KeyItem, Limits, LimitsUse } from '@ollameter/admin-contract';
import { compactCount, count } from '../format/count';
import { energy } from '../format/energy';
import { money } from '../format/money';

/** One limit with what is used of it, as a bar shows it. */
export interface UsedLimit {
  name: string;
  used: string;
  limit: string;
  /** 0–1, and above where a budget was overrun. */
  share: number;
  /** 1 traffic, 2 money, 3 energy, 4 tokens. */
  hue: 1 | 2 | 3 | 4;
  isBudget: boolean;
}

const PERIODS = { day: 'Today', week: 'This week', month: 'This month' } as const;
const HUES = { tokens: 4, money: 2, energyWh: 3 } as const;
const NEAR = 0.9;

/** `$5`, `2.00 kWh`, `1.2 M tokens`. */
export function budgetAmount(unit: Budget['unit'], amount: number, currency: string): string {
  if (unit === 'money') return money(amount.toFixed(6), currency);
  const { figure, unit: short } = unit === 'tokens' ? compactCount(amount, 'tokens') : energy(amount);
  return unit === 'tokens' ? `${figure}${short}` : `${figure}\u2009${short}`;
}

/** Every limit that is set, rates first. */
export function usedLimits(use: LimitsUse, currency: string): UsedLimit[] {
  const list: UsedLimit[] = [];
  const { requestsPerMinute, tokensPerMinute, concurrentRequests } = use;
  if (requestsPerMinute !== null) {
    const { limit, remaining } = requestsPerMinute;
    list.push(rate('Requests', limit - remaining, limit, '/min', 1));
  }
  if (tokensPerMinute !== null) {
    const { limit, remaining } = tokensPerMinute;
    list.push(rate('Tokens', limit - remaining, limit, '/min', 4));
  }
  if (concurrentRequests.limit !== null)
    list.push(rate('At once', concurrentRequests.running, concurrentRequests.limit, '', 1));
  return [...list, ...use.budgets.map((budget) => usedBudget(budget, currency))];
}

function rate(name: string, used: number, limit: number, per: string, hue: 1 | 4): UsedLimit {
  const whole = Math.max(0, Math.round(used));
  return {
    name,
    used: count(whole),
    limit: count(limit) + per,
    share: limit === 0 ? 1 : whole / limit,
    hue,
    isBudget: false,
  };
}

function usedBudget(budget: BudgetUse, currency: string): UsedLimit {
  const used = budget.used + budget.reserved;
  return {
    name: PERIODS[budget.period],
    used: budgetAmount(budget.unit, used, currency),
    limit: budgetAmount(budget.unit, budget.amount, currency),
    share: used / budget.amount,
    hue: HUES[budget.unit],
    isBudget: true,
  };
}

/** `60 requests/min · $2 a month · all models`. */
export function limitsSummary(limits: Limits, allowedModels: readonly string[], currency: string): string {
  const parts = [
    limits.requestsPerMinute == null ? null : `${count(limits.requestsPerMinute)} requests/min`,
    limits.tokensPerMinute == null ? null : `${count(limits.tokensPerMinute)} tokens/min`,
    limits.concurrentRequests == null ? null : `${count(limits.concurrentRequests)} at once`,
    ...(limits.budgets ?? []).map(
      ({ unit, amount, period }) =>
        `${budgetAmount(unit, amount, currency)}${unit === 'tokens' ? ' tokens' : ''} a ${period}`,
    ),
    allowedModels.length === 0 ? 'all models' : allowedModels.join(', '),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

export interface KeyMark {
  text: string;
  kind: 'ok' | 'warn' | 'bad' | 'line';
}

/** What the list says of a key in one word or two. */
export function keyMark(key: KeyItem): KeyMark {
  if (key.state === 'revoked') return { text: 'Revoked', kind: 'line' };
  if (key.state === 'suspended') return { text: 'Owner disabled', kind: 'line' };
  if (key.state === 'expired') return { text: 'Expired', kind: 'line' };
  const budgets = key.limitsUse.budgets;
  if (budgets.some(({ exhausted, action }) => exhausted && action === 'block'))
    return { text: 'Budget spent', kind: 'bad' };
  const limits = usedLimits(key.limitsUse, 'USD');
  if (limits.some(({ isBudget, share }) => isBudget && share >= NEAR))
    return { text: 'Near budget', kind: 'warn' };
  if (limits.some(({ isBudget, share }) => !isBudget && share >= NEAR))
    return { text: 'Near limit', kind: 'warn' };
  return { text: 'Active', kind: 'ok' };
}
