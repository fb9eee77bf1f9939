import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, output, signal, viewChild } from '@angular/core';
import type { UrdbImport, UrdbImportResult } from '@ollameter/admin-contract';
import { Action } from '../../data/action';
import { Clock } from '../../data/clock';
import { TimeZone } from '../../data/time-zone';
import { Dialog } from '../../ui/dialog';
import { FailureNote } from '../../ui/failure-note';
import { FormField } from '../../ui/form-field';
import { Typed } from '../../ui/typed';
import { PlanWeek } from './plan-week';
import { tariffWords } from './tariff-words';

type Imported = UrdbImportResult['tariffs'][number];

/** A rate of OpenEI's Utility Rate Database, looked at as a week before the form takes it over; nothing is stored. */
@Component({
  selector: 'om-urdb-import-dialog',
  imports: [Dialog, FailureNote, FormField, PlanWeek, Typed],
  template: `
    <om-dialog #dialog heading="Import a rate from URDB" (closed)="closed.emit()">
      <form class="stack" id="urdb-form" (submit)="read(); $event.preventDefault()" novalidate>
        <p class="hint">
          OpenEI's
          <a href="https://apps.openei.org/USURDB/" target="_blank" rel="noopener noreferrer"
            >Utility Rate Database</a
          >
          holds most US rates. Take the JSON of its API (<code>utility_rates</code>, version 7,
          <code>detail=full</code>): one rate, or a list to choose from.
        </p>
        <om-form-field label="File">
          <input #file type="file" accept=".json,.txt,application/json" (change)="load(file.files?.[0])" />
        </om-form-field>
        <om-form-field label="Rate as JSON" [error]="fieldError('text')">
          <textarea
            class="input mono"
            rows="6"
            spellcheck="false"
            placeholder='{"items":[{"label":"…","energyratestructure":[[{"rate":0.3}]],"energyweekdayschedule":[…]}]}'
            [value]="text()"
            (typed)="setText($event)"
          ></textarea>
        </om-form-field>
        <om-form-field
          label="Zone of its hours"
          hint="IANA; the database names none"
          [error]="fieldError('timezone')"
        >
          <input
            class="input"
            autocomplete="off"
            spellcheck="false"
            [value]="timezone()"
            (typed)="setTimezone($event)"
          />
        </om-form-field>
        @if (isFailureApart()) {
          <om-failure [of]="action.failure()" />
        }
      </form>
      @if (rate(); as imported) {
        <section class="found stack" aria-label="The rate">
          @if (rates().length > 1) {
            <om-form-field [label]="rates().length + ' rates'">
              <select #found class="input" (change)="chosenIndex.set(found.selectedIndex)">
                @for (each of rates(); track $index) {
                  <option [selected]="$index === chosenIndex()">
                    {{ each.input.name }}{{ each.input.sourceDate ? ', ' + each.input.sourceDate : '' }}
                  </option>
                }
              </select>
            </om-form-field>
          } @else {
            <p class="med">
              {{ imported.input.name }}
              <span class="muted">{{ imported.input.sourceDate }}</span>
            </p>
          }
          <om-plan-week [tariff]="imported.input" [zone]="zoneOf(imported)" [nowMs]="nowMs()" />
          <div class="words">
            @for (line of words(); track $index) {
              <p class="soft">{{ line }}</p>
            }
          </div>
          <div class="note info">
            <ul>
              @for (note of imported.notes; track note) {
                <li>{{ note }}</li>
              }
            </ul>
          </div>
        </section>
      }
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        @if (rate(); as imported) {
          <button type="button" class="btn primary" (click)="take(imported)">Use this rate</button>
        } @else {
          <button
            type="submit"
            class="btn primary"
            form="urdb-form"
            [disabled]="action.isBusy() || text().trim() === ''"
          >
            Read
          </button>
        }
      </ng-container>
    </om-dialog>
  `,
  styles: `
    .found {
      margin-top: var(--sp-4);
      padding-top: var(--sp-4);
      border-top: 1px solid var(--border);
    }
    .words {
      display: grid;
      gap: var(--sp-1);
    }
    .hint a {
      text-decoration: underline;
    }
    ul {
      margin: 0;
      padding-left: 1.1em;
    }
  `,
})
export class UrdbImportDialog {
  readonly chosen = output<Imported>();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  private readonly dialog = viewChild.required(Dialog);
  protected readonly nowMs = inject(Clock).nowMs;
  protected readonly action = new Action();
  protected readonly text = signal('');
  protected readonly timezone = signal(inject(TimeZone).zone());
  protected readonly rates = signal<readonly Imported[]>([]);
  protected readonly chosenIndex = signal(0);
  protected readonly rate = computed(() => this.rates()[this.chosenIndex()]);
  protected readonly words = computed(() => {
    const input = this.rate()?.input;
    return input === undefined ? [] : tariffWords(input.plan, input.currency, input.fixedMicrosPerDay ?? 0);
  });
  /** What is wrong, where it is with none of the fields. */
  protected readonly isFailureApart = computed(
    () => this.fieldError('text') === undefined && this.fieldError('timezone') === undefined,
  );

  protected fieldError(field: keyof UrdbImport): string | undefined {
    return this.action.failure()?.fields[field];
  }

  protected zoneOf({ input: { plan } }: Imported): string {
    return plan.kind === 'time_of_use' ? plan.timezone : this.timezone();
  }

  protected async load(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    this.setText(await file.text());
    this.read();
  }

  protected setText(text: string): void {
    this.text.set(text);
    this.forget();
  }

  protected setTimezone(zone: string): void {
    this.timezone.set(zone);
    this.forget();
  }

  protected read(): void {
    const body: UrdbImport = { text: this.text(), timezone: this.timezone().trim() };
    void this.action.run(
      this.http.post<UrdbImportResult>('/api/tariffs/import/urdb', body),
      ({ tariffs }) => {
        this.chosenIndex.set(0);
        this.rates.set(tariffs);
      },
    );
  }

  protected take(imported: Imported): void {
    this.chosen.emit(imported);
    this.dialog().close();
  }

  /** What was read is no longer what the fields say. */
  private forget(): void {
    this.rates.set([]);
    this.action.reset();
  }
}
