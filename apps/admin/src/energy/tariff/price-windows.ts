import { Component, input, output } from '@angular/core';
import { DAY_KINDS, type DayKind } from '@ollameter/admin-contract';
import { Icon } from '../../ui/icon';
import { Typed } from '../../ui/typed';
import { WEEKDAYS } from '../weekdays';
import type { TariffDraft, WindowDraft } from './tariff-draft';

const DAYS: readonly { kind: DayKind; short: string; name: string }[] = [
  ...WEEKDAYS,
  { kind: 'holiday', short: 'Hol', name: 'Holidays' },
];

/** Which period costs when: the first window that fits applies. */
@Component({
  selector: 'om-price-windows',
  imports: [Icon, Typed],
  template: `
    <fieldset>
      <legend class="label">When which period applies</legend>
      <p class="hint">
        The first that fits applies. 00:00 as the end is midnight; all times are whole quarter hours.
      </p>
      @for (window of draft().windows; track $index; let index = $index) {
        <div class="window" role="group" [attr.aria-label]="'Window ' + (index + 1)">
          <div class="row">
            <select
              #applies
              class="input"
              aria-label="Period"
              (change)="set(index, { period: applies.selectedIndex })"
            >
              @for (period of draft().periods; track $index) {
                <option [value]="$index" [selected]="$index === window.period">{{ period }}</option>
              }
            </select>
            <input
              class="input time"
              type="time"
              step="900"
              aria-label="From"
              [value]="window.from"
              (typed)="set(index, { from: $event })"
            />
            <span aria-hidden="true">–</span>
            <input
              class="input time"
              type="time"
              step="900"
              aria-label="To"
              [value]="window.to"
              (typed)="set(index, { to: $event })"
            />
            <button
              type="button"
              class="btn ghost ic sm"
              [attr.aria-label]="'Remove window ' + (index + 1)"
              (click)="remove(index)"
            >
              <om-icon name="close" />
            </button>
          </div>
          <div class="row wrap boxes">
            @for (day of days; track day.kind) {
              <label [title]="day.name"
                ><input
                  type="checkbox"
                  [checked]="holds(window, day.kind)"
                  (change)="toggleDay(index, day.kind)"
                />{{ day.short }}</label
              >
            }
          </div>
          @if (draft().seasons.length > 1) {
            <div class="row wrap boxes">
              @for (season of draft().seasons; track $index) {
                <label
                  ><input
                    type="checkbox"
                    [checked]="window.seasons.length === 0 || window.seasons.includes($index)"
                    (change)="toggleSeason(index, $index)"
                  />{{ season.name }}</label
                >
              }
            </div>
          }
          @if (errorOf(index); as text) {
            <p class="field-error" role="alert">{{ text }}</p>
          }
        </div>
      }
      <div class="row wrap">
        <button type="button" class="btn sm add" (click)="add()"><om-icon name="plus" />Add window</button>
        <label class="row otherwise"
          >At all other times
          <select #otherwise class="input" (change)="emit({ otherwise: otherwise.selectedIndex })">
            @for (period of draft().periods; track $index) {
              <option [value]="$index" [selected]="$index === draft().otherwise">{{ period }}</option>
            }
          </select></label
        >
      </div>
    </fieldset>
  `,
  styles: `
    .hint {
      margin: 0 0 var(--sp-2);
    }
    .window {
      display: grid;
      gap: var(--sp-2);
      padding: var(--sp-2) var(--sp-3);
      margin-bottom: var(--sp-2);
      border: 1px solid var(--border);
      border-radius: var(--radius-md);
    }
    .time {
      width: 7.75rem;
      flex: none;
    }
    .boxes {
      gap: var(--sp-1) var(--sp-3);
    }
    .boxes label {
      display: inline-flex;
      align-items: center;
      gap: 0.25rem;
      min-height: 1.5rem;
    }
    .otherwise {
      margin-left: auto;
    }
    .otherwise .input {
      width: 10rem;
    }
    @media (max-width: 767px) {
      .window > .row:first-child {
        flex-wrap: wrap;
      }
      .time {
        width: 7.5rem;
      }
    }
  `,
})
export class PriceWindows {
  readonly draft = input.required<TariffDraft>();
  /** By the API's names: `plan.windows.0.fromMinute`. */
  readonly errors = input.required<Readonly<Record<string, string>>>();
  readonly changed = output<TariffDraft>();
  protected readonly days = DAYS;

  protected errorOf(index: number): string | undefined {
    return Object.entries(this.errors()).find(([field]) => field.startsWith(`plan.windows.${index}.`))?.[1];
  }

  /** No day named is every day. */
  protected holds({ days }: WindowDraft, kind: DayKind): boolean {
    return days.length === 0 || days.includes(kind);
  }

  protected toggleDay(index: number, kind: DayKind): void {
    const before = this.draft().windows[index]?.days ?? [];
    const ticked = before.length === 0 ? [...DAY_KINDS] : before;
    const days = ticked.includes(kind) ? ticked.filter((day) => day !== kind) : [...ticked, kind];
    this.set(index, { days: days.length === DAY_KINDS.length ? [] : days });
  }

  protected toggleSeason(index: number, season: number): void {
    const all = this.draft().seasons.map((_, at) => at);
    const before = this.draft().windows[index]?.seasons ?? [];
    const ticked = before.length === 0 ? all : before;
    const seasons = ticked.includes(season) ? ticked.filter((at) => at !== season) : [...ticked, season];
    this.set(index, { seasons: seasons.length === all.length ? [] : seasons });
  }

  protected add(): void {
    const window: WindowDraft = { seasons: [], days: [], from: '00:00', to: '06:00', period: 0 };
    this.emit({ windows: [...this.draft().windows, window] });
  }

  protected remove(index: number): void {
    this.emit({ windows: this.draft().windows.filter((_, at) => at !== index) });
  }

  protected set(index: number, change: Partial<WindowDraft>): void {
    this.emit({
      windows: this.draft().windows.map((window, at) => (at === index ? { ...window, ...change } : window)),
    });
  }

  protected emit(change: Partial<TariffDraft>): void {
    this.changed.emit({ ...this.draft(), ...change });
  }
}
