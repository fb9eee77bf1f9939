import { Component, computed, inject, input, linkedSignal, output, viewChild } from '@angular/core';
import type { Breakdown } from '@ollameter/admin-contract';
import { toInstant, toIso } from '@ollameter/cost-model';
import { polled } from '../data/polled';
import { TimeZone } from '../data/time-zone';
import { Dialog } from '../ui/dialog';
import { FILTER_FIELDS } from './log-filter';

const SUGGESTED = new Set(['model', 'key', 'endpoint', 'host']);

/** Asks for one filter: which field, which value. */
@Component({
  selector: 'om-filter-dialog',
  imports: [Dialog],
  template: `
    <om-dialog #dialog small heading="Add a filter" (closed)="closed.emit()">
      <form id="filter" class="stack" (submit)="add($event, value.value)">
        <label>
          <span class="label">Field</span>
          <select #parameter class="input" [value]="chosen()" (change)="chosen.set(parameter.value)">
            @for (field of fields; track field.parameter) {
              <option [value]="field.parameter">{{ field.name }} {{ field.operator }}</option>
            }
          </select>
        </label>
        <label>
          <span class="label">Value{{ field().unit ? ', ' + field().unit : '' }}</span>
          @if (field().choices; as choices) {
            <select #picked class="input" [value]="value.value" (change)="value.value = picked.value">
              @for (choice of choices; track choice[0]) {
                <option [value]="choice[0]">{{ choice[1] }}</option>
              }
            </select>
          }
          <input
            #value
            class="input"
            [hidden]="field().choices !== undefined"
            [type]="type()"
            [attr.list]="suggested() ? 'suggestions' : null"
            [attr.min]="type() === 'number' ? 0 : null"
          />
        </label>
        <datalist id="suggestions">
          @for (name of suggestions(); track name) {
            <option [value]="name"></option>
          }
        </datalist>
      </form>
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button type="submit" form="filter" class="btn primary">Add filter</button>
      </ng-container>
    </om-dialog>
  `,
})
export class FilterDialog {
  readonly initial = input.required<string>();
  readonly added = output<{ parameter: string; value: string }>();
  readonly closed = output();

  private readonly zone = inject(TimeZone).zone;
  protected readonly fields = FILTER_FIELDS;
  /** The field's parameter. */
  protected readonly chosen = linkedSignal(() => this.initial());
  private readonly dialog = viewChild.required(Dialog);
  protected readonly field = computed(
    () => FILTER_FIELDS.find(({ parameter }) => parameter === this.chosen()) ?? FILTER_FIELDS[0],
  );
  protected readonly suggested = computed(() => SUGGESTED.has(this.field().parameter));
  private readonly breakdown = polled<Breakdown>(
    () =>
      this.suggested()
        ? {
            url: '/api/analytics/breakdown',
            params: { by: this.field().parameter, period: 'all', demo: 'true' },
          }
        : undefined,
    { everyMs: 0, keepsOld: false },
  );
  protected readonly suggestions = computed(
    () => this.breakdown.value()?.items.map(({ name }) => name) ?? [],
  );
  protected readonly type = computed(() => {
    const { kind } = this.field();
    return kind === 'number' ? 'number' : kind === 'time' ? 'datetime-local' : 'text';
  });

  protected add(event: Event, typed: string): void {
    event.preventDefault();
    const value = typed.trim() || this.field().choices?.[0]?.[0];
    if (value === undefined || value === '') return;
    const isTime = this.field().kind === 'time';
    this.added.emit({ parameter: this.field().parameter, value: isTime ? this.inZone(value) : value });
    this.dialog().close();
  }

  /** What the clocks of the chosen zone show, with the offset that the gateway asks for. */
  private inZone(local: string): string {
    return toIso(toInstant(Date.parse(`${local}Z`), this.zone()), this.zone());
  }
}
