import { Component, computed, inject, input } from '@angular/core';
import { ReactiveFormsModule } from '@angular/forms';
import { StatusFeed } from '../data/status-feed';
import { FormField } from '../ui/form-field';
import { Icon } from '../ui/icon';
import { type LimitControls, budgetFields } from './limit-fields';

const FIRST_BUDGET = { unit: 'money', period: 'month', amount: 5, action: 'block' } as const;

/** The inputs of limits and budgets, of a key, a person, or all together. */
@Component({
  selector: 'om-limit-fieldset',
  imports: [ReactiveFormsModule, FormField, Icon],
  templateUrl: './limit-fieldset.html',
  styles: `
    .thirds {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
      gap: var(--sp-3);
    }
    .tight {
      gap: var(--sp-2);
    }
    .budget {
      display: grid;
      grid-template-columns: minmax(5rem, 1fr) repeat(3, minmax(0, auto)) auto;
      gap: var(--sp-2);
    }
    @media (max-width: 767px) {
      .budget {
        grid-template-columns: 1fr 1fr;
      }
    }
  `,
})
export class LimitFieldset {
  readonly controls = input.required<LimitControls>();
  /** By the API's field, with or without `limits.` before it. */
  readonly errors = input.required<Readonly<Record<string, string>>>();

  protected readonly currency = inject(StatusFeed).currency;
  protected readonly budgetsError = computed(
    () => Object.entries(this.errors()).find(([field]) => /^(limits\.)?budgets/.test(field))?.[1],
  );

  protected errorOf(field: keyof LimitControls): string | undefined {
    return this.errors()[field] ?? this.errors()[`limits.${field}`];
  }

  protected addBudget(): void {
    this.controls().budgets.push(budgetFields(FIRST_BUDGET));
  }
}
