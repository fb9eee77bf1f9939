import type { BudgetUse, KeyItem, LimitsUse } from '@ollameter/admin-contract';
import { keyMark, limitsSummary, usedLimits } from './limits-text';

const BUDGET: BudgetUse = {
  unit: 'money',
  period: 'month',
  amount: 5,
  action: 'block',
  used: 2,
  reserved: 0.5,
  resetsAt: '2026-12-01T08:00:00Z',
  exhausted: false,
};
const FREE: LimitsUse = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrentRequests: { limit: null, running: 2, waiting: 0 },
  budgets: [],
};

function keyWith(limitsUse: Partial<LimitsUse>): KeyItem {
  return { state: 'active', limitsUse: { ...FREE, ...limitsUse } } as KeyItem;
}

it('counts what is set aside as used', () => {
  expect(usedLimits({ ...FREE, budgets: [BUDGET] }, 'USD')).toEqual([
    { name: 'This month', used: '$2.50', limit: '$5.00', share: 0.5, hue: 2, isBudget: true },
  ]);
});

it('shows a rate as what is gone of it, and nothing where there is no limit', () => {
  const rate = { limit: 60, remaining: 22.4, resetMs: 37_600 };
  expect(usedLimits({ ...FREE, requestsPerMinute: rate }, 'USD')).toMatchObject([
    { used: '38', limit: '60/min', hue: 1 },
  ]);
  expect(usedLimits(FREE, 'USD')).toEqual([]);
});

it('tells the worst first', () => {
  const near = { ...BUDGET, used: 4.6 };
  const rate = { limit: 10, remaining: 0.5, resetMs: 1 };
  expect(keyMark(keyWith({})).text).toBe('Active');
  expect(keyMark(keyWith({ requestsPerMinute: rate })).text).toBe('Near limit');
  expect(keyMark(keyWith({ requestsPerMinute: rate, budgets: [near] })).text).toBe('Near budget');
  expect(keyMark(keyWith({ budgets: [{ ...near, exhausted: true }] })).text).toBe('Budget spent');
  expect(keyMark({ ...keyWith({}), state: 'revoked' }).text).toBe('Revoked');
});

it('sums limits up in one line', () => {
  const limits = { requestsPerMinute: 60, budgets: [{ ...BUDGET, amount: 2 }] };
  expect(limitsSummary(limits, [], 'USD')).toBe('60 requests/min · $2.00 a month · all models');
});
