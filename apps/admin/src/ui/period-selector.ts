import { Component, computed, input, output, signal } from '@angular/core';
import { PERIODS, type Period } from '@ollameter/admin-contract';
import { Icon } from './icon';
import { Dialog } from './dialog';
import type { PeriodChoice } from './period-choice';

const NAMES: Record<Period, string> = {
  today: 'Today',
  week: 'Week',
  month: 'Month',
  year: 'Year',
  all: 'All',
};

/** Today, Week, Month, Year, All, and any two days. */
@Component({
  selector: 'om-period-selector',
  imports: [Icon, Dialog],
  template: `
    <div class="seg" role="group" aria-label="Period">
      @for (period of periods; track period) {
        <button type="button" [attr.aria-pressed]="period === named()" (click)="chosen.emit({ period })">
          {{ names[period] }}
        </button>
      }
    </div>
    <button type="button" class="btn" [attr.aria-pressed]="custom() !== null" (click)="isAsking.set(true)">
      <om-icon name="clock" />{{ custom() ? custom()!.from + ' – ' + custom()!.to : 'Custom' }}
    </button>
    @if (isAsking()) {
      <om-dialog heading="Custom period" small (closed)="isAsking.set(false)" #dialog>
        <label
          ><span class="label">First day</span
          ><input #from class="input" type="date" [value]="custom()?.from ?? ''"
        /></label>
        <label
          ><span class="label">Last day</span
          ><input #to class="input" type="date" [value]="custom()?.to ?? ''"
        /></label>
        @if (problem(); as text) {
          <p class="field-error" role="alert">{{ text }}</p>
        }
        <ng-container footer>
          <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
          <button type="button" class="btn primary" (click)="choose(from.value, to.value) && dialog.close()">
            Show
          </button>
        </ng-container>
      </om-dialog>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: var(--sp-2);
    }
  `,
})
export class PeriodSelector {
  readonly value = input.required<PeriodChoice>();
  readonly chosen = output<PeriodChoice>();

  protected readonly periods = PERIODS;
  protected readonly names = NAMES;
  protected readonly isAsking = signal(false);
  protected readonly problem = signal<string | null>(null);
  protected readonly named = computed(() => {
    const value = this.value();
    return 'period' in value ? value.period : null;
  });
  protected readonly custom = computed(() => {
    const value = this.value();
    return 'from' in value ? value : null;
  });

  protected choose(from: string, to: string): boolean {
    if (from === '' || to === '') this.problem.set('Both days are needed.');
    else if (from > to) this.problem.set('The last day is before the first.');
    else {
      this.problem.set(null);
      this.chosen.emit({ from, to });
      return true;
    }
    return false;
  }
}
