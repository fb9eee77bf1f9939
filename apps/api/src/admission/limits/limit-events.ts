import { Injectable } from '@nestjs/common';
import type { BudgetUnit } from '@ollameter/admin-contract';
import type { LimitHolder } from './limit-plan';

/** A request met a limit: it was refused by it, or only warned of a budget. */
export interface LimitEvent {
  readonly kind: 'refused' | 'warned';
  readonly limit: 'requests' | 'tokens' | `budget_${BudgetUnit}`;
  readonly holder: LimitHolder;
}

/** Tells whoever counts. */
@Injectable()
export class LimitEvents {
  private readonly listeners: ((event: LimitEvent) => void)[] = [];

  onEvent(listener: (event: LimitEvent) => void): void {
    this.listeners.push(listener);
  }

  tell(event: LimitEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
