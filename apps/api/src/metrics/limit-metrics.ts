import { Counter, type Registry } from 'prom-client';
import type { LimitEvent } from '../admission/limits/limit-events';

/** Whom limits stopped. Labels are kinds of limits and of those who have them, never a key: bounded. */
export class LimitMetrics {
  private readonly refusals: Counter<'limit' | 'holder'>;
  private readonly warnings: Counter<'limit' | 'holder'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.refusals = new Counter({
      name: 'ollameter_limit_refusals_total',
      help: 'Requests refused with 429 by a limit or a budget, by its kind and whose it is.',
      labelNames: ['limit', 'holder'],
      registers,
    });
    this.warnings = new Counter({
      name: 'ollameter_budget_warnings_total',
      help: 'Requests admitted over a budget that only warns.',
      labelNames: ['limit', 'holder'],
      registers,
    });
  }

  observe({ kind, limit, holder }: LimitEvent): void {
    (kind === 'refused' ? this.refusals : this.warnings).inc({ limit, holder });
  }
}
