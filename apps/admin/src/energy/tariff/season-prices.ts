import { Component, input, output } from '@angular/core';
import { Icon } from '../../ui/icon';
import { Typed } from '../../ui/typed';
import type { SeasonDraft, TariffDraft } from './tariff-draft';

/** Seasons down, periods across, a price in each cell. */
@Component({
  selector: 'om-season-prices',
  imports: [Icon, Typed],
  template: `
    <fieldset>
      <legend class="label">Prices per kWh by season and period</legend>
      <div class="tscroll" tabindex="0" role="group" aria-label="Prices by season and period">
        <table>
          <thead>
            <tr>
              <th scope="col">Season</th>
              <th scope="col">Begins</th>
              @for (period of draft().periods; track $index; let index = $index) {
                <th scope="col">
                  <span class="row">
                    <input
                      class="input"
                      [attr.aria-label]="'Name of period ' + (index + 1)"
                      maxlength="100"
                      [value]="period"
                      (typed)="renamePeriod(index, $event)"
                    />
                    @if (draft().periods.length > 1) {
                      <button
                        type="button"
                        class="btn ghost ic sm"
                        [attr.aria-label]="'Remove period ' + period"
                        (click)="removePeriod(index)"
                      >
                        <om-icon name="close" />
                      </button>
                    }
                  </span>
                </th>
              }
              <td></td>
            </tr>
          </thead>
          <tbody>
            @for (season of draft().seasons; track $index; let row = $index) {
              <tr>
                <td>
                  <input
                    class="input"
                    [attr.aria-label]="'Name of season ' + (row + 1)"
                    maxlength="100"
                    [value]="season.name"
                    (typed)="setSeason(row, { name: $event })"
                  />
                </td>
                <td>
                  <input
                    class="input begins"
                    [attr.aria-label]="'Month and day on which ' + season.name + ' begins'"
                    placeholder="06-01"
                    maxlength="5"
                    [value]="season.from"
                    (typed)="setSeason(row, { from: $event })"
                  />
                </td>
                @for (period of draft().periods; track $index; let column = $index) {
                  <td>
                    <input
                      class="input num"
                      inputmode="decimal"
                      placeholder="none"
                      [attr.aria-label]="season.name + ', ' + period + ', price per kWh'"
                      [value]="season.rates[column] ?? ''"
                      (typed)="setRate(row, column, $event)"
                    />
                  </td>
                }
                <td>
                  @if (draft().seasons.length > 1) {
                    <button
                      type="button"
                      class="btn ghost ic sm"
                      [attr.aria-label]="'Remove season ' + season.name"
                      (click)="removeSeason(row)"
                    >
                      <om-icon name="close" />
                    </button>
                  }
                </td>
              </tr>
            }
          </tbody>
        </table>
      </div>
      @if (error(); as text) {
        <p class="field-error" role="alert">{{ text }}</p>
      }
      <div class="row adds">
        <button type="button" class="btn sm add" (click)="addSeason()">
          <om-icon name="plus" />Add season
        </button>
        <button type="button" class="btn sm add" (click)="addPeriod()">
          <om-icon name="plus" />Add period
        </button>
      </div>
    </fieldset>
  `,
  styles: `
    table {
      border-spacing: 0;
      min-width: 100%;
    }
    th,
    td {
      padding: 2px 0.375rem 2px 0;
      text-align: left;
      font-weight: 500;
      font-size: var(--text-xs);
      color: var(--text-3);
    }
    .input {
      min-width: 5.5rem;
      font-size: var(--text-sm);
      color: var(--text);
    }
    .begins {
      min-width: 4.5rem;
      width: 4.5rem;
    }
    .row {
      gap: 0;
    }
    .btn.sm {
      flex: none;
    }
    .adds {
      gap: var(--sp-2);
      margin-top: var(--sp-2);
    }
  `,
})
export class SeasonPrices {
  readonly draft = input.required<TariffDraft>();
  readonly error = input<string | undefined>();
  readonly changed = output<TariffDraft>();

  protected setSeason(row: number, change: Partial<SeasonDraft>): void {
    const seasons = this.draft().seasons.map((season, at) =>
      at === row ? { ...season, ...change } : season,
    );
    this.emit({ seasons });
  }

  protected setRate(row: number, column: number, rate: string): void {
    const { periods, seasons } = this.draft();
    const rates = periods.map((_, at) => (at === column ? rate : (seasons[row]?.rates[at] ?? '')));
    this.setSeason(row, { rates });
  }

  protected renamePeriod(index: number, name: string): void {
    this.emit({ periods: this.draft().periods.map((period, at) => (at === index ? name : period)) });
  }

  protected addPeriod(): void {
    this.emit({ periods: [...this.draft().periods, `period ${this.draft().periods.length + 1}`] });
  }

  protected addSeason(): void {
    const { seasons, periods } = this.draft();
    const season = { name: `season ${seasons.length + 1}`, from: '06-01', rates: periods.map(() => '') };
    this.emit({ seasons: [...seasons, season] });
  }

  /** Windows of the season apply to the others that they name; windows of it alone go. */
  protected removeSeason(row: number): void {
    const { seasons, windows } = this.draft();
    this.emit({
      seasons: seasons.filter((_, at) => at !== row),
      windows: windows
        .filter((window) => !(window.seasons.length === 1 && window.seasons[0] === row))
        .map((window) => ({
          ...window,
          seasons: window.seasons.filter((at) => at !== row).map((at) => (at > row ? at - 1 : at)),
        })),
    });
  }

  /** Windows of the period go with it. */
  protected removePeriod(index: number): void {
    const { periods, seasons, windows, otherwise } = this.draft();
    const moved = (at: number) => (at > index ? at - 1 : at);
    this.emit({
      periods: periods.filter((_, at) => at !== index),
      seasons: seasons.map((season) => ({ ...season, rates: season.rates.filter((_, at) => at !== index) })),
      windows: windows
        .filter(({ period }) => period !== index)
        .map((window) => ({ ...window, period: moved(window.period) })),
      otherwise: otherwise === index ? 0 : moved(otherwise),
    });
  }

  private emit(change: Partial<TariffDraft>): void {
    this.changed.emit({ ...this.draft(), ...change });
  }
}
