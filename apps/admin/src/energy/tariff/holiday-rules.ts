import { Component, input, output, signal } from '@angular/core';
import type { HolidayRule } from '@ollameter/admin-contract';
import { type Choice, Choices } from '../../ui/choices';
import { Icon } from '../../ui/icon';
import { MONTH_NAMES, NTH_NAMES, WEEKDAY_NAMES, holidayWords } from './holiday-words';

const NTH = [1, 2, 3, 4, 5, -1].map((nth) => ({ nth, name: NTH_NAMES[nth] ?? '' }));
const KINDS: readonly Choice<HolidayRule['kind']>[] = [
  { value: 'fixed', text: 'every year on' },
  { value: 'nth_weekday', text: 'every year on the' },
  { value: 'date', text: 'once on' },
];

/** Days on which the windows of holidays apply: a date of every year, the nth weekday of a month, or one day. */
@Component({
  selector: 'om-holiday-rules',
  imports: [Choices, Icon],
  template: `
    <fieldset>
      <legend class="label">Holidays</legend>
      <ul>
        @for (rule of rules(); track $index; let index = $index) {
          <li class="row">
            <span class="med">{{ rule.name }}</span>
            <span class="muted grow">{{ words(rule) }}</span>
            <button
              type="button"
              class="btn ghost ic sm"
              [attr.aria-label]="'Remove ' + rule.name"
              (click)="remove(index)"
            >
              <om-icon name="close" />
            </button>
          </li>
        } @empty {
          <li class="muted">None: every day is its weekday.</li>
        }
      </ul>
      @if (error(); as text) {
        <p class="field-error" role="alert">{{ text }}</p>
      }
      <details>
        <summary>Add a holiday</summary>
        <div class="row wrap new">
          <input
            #name
            class="input name"
            aria-label="Name of the holiday"
            placeholder="Name"
            maxlength="100"
          />
          <select class="input kind" aria-label="Falls" [choices]="kinds" [(value)]="shown"></select>
          @if (shown() === 'date') {
            <input #date class="input date" type="date" aria-label="Date" />
            <button type="button" class="btn" (click)="addDate(name, date.value)">Add</button>
          } @else if (shown() === 'nth_weekday') {
            <select #nth class="input short" aria-label="Which">
              @for (each of nths; track each.nth) {
                <option [value]="each.nth">{{ each.name }}</option>
              }
            </select>
            <select #weekday class="input short" aria-label="Weekday">
              @for (day of weekdays; track day) {
                <option [value]="$index">{{ day }}</option>
              }
            </select>
            <select #month class="input short" aria-label="Month">
              @for (each of months; track each) {
                <option [value]="$index + 1">{{ each }}</option>
              }
            </select>
            <button type="button" class="btn" (click)="addNth(name, month.value, weekday.value, nth.value)">
              Add
            </button>
          } @else {
            <input #day class="input day" type="number" min="1" max="31" value="1" aria-label="Day" />
            <select #month class="input short" aria-label="Month">
              @for (each of months; track each) {
                <option [value]="$index + 1">{{ each }}</option>
              }
            </select>
            <label class="row"><input #monday type="checkbox" />the Monday after, where it is a Sunday</label>
            <button
              type="button"
              class="btn"
              (click)="addFixed(name, month.value, day.value, monday.checked)"
            >
              Add
            </button>
          }
        </div>
      </details>
    </fieldset>
  `,
  styles: `
    li {
      min-height: 1.75rem;
    }
    summary {
      cursor: pointer;
      color: var(--text-2);
    }
    .new {
      margin-top: var(--sp-2);
    }
    .name {
      width: 11rem;
    }
    .kind,
    .date {
      width: 10rem;
    }
    .short {
      width: 8rem;
    }
    .day {
      width: 4.5rem;
    }
  `,
})
export class HolidayRules {
  readonly rules = input.required<readonly HolidayRule[]>();
  readonly error = input<string | undefined>();
  readonly changed = output<HolidayRule[]>();

  protected readonly words = holidayWords;
  protected readonly kinds = KINDS;
  protected readonly nths = NTH;
  protected readonly weekdays = WEEKDAY_NAMES;
  protected readonly months = MONTH_NAMES;
  protected readonly shown = signal<HolidayRule['kind']>('fixed');

  protected remove(index: number): void {
    this.changed.emit(this.rules().filter((_, at) => at !== index));
  }

  protected addDate(name: HTMLInputElement, date: string): void {
    if (date !== '') this.add(name, { kind: 'date', date });
  }

  protected addFixed(name: HTMLInputElement, month: string, day: string, mondayAfterSunday: boolean): void {
    this.add(name, {
      kind: 'fixed',
      month: Number(month),
      day: Number(day),
      ...(mondayAfterSunday ? { mondayAfterSunday } : {}),
    });
  }

  protected addNth(name: HTMLInputElement, month: string, weekday: string, nth: string): void {
    this.add(name, { kind: 'nth_weekday', month: Number(month), weekday: Number(weekday), nth: Number(nth) });
  }

  private add(box: HTMLInputElement, rule: Unnamed<HolidayRule>): void {
    const name = box.value.trim();
    if (name === '') {
      box.focus();
      return;
    }
    box.value = '';
    this.changed.emit([...this.rules(), { ...rule, name }]);
  }
}

type Unnamed<Rule> = Rule extends unknown ? Omit<Rule, 'name'> : never;
