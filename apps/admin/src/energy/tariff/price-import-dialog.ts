import { HttpClient } from '@angular/common/http';
import { Component, inject, input, output, signal, viewChild } from '@angular/core';
import type { PriceImport, PriceImportResult, TariffItem } from '@ollameter/admin-contract';
import { Action } from '../../data/action';
import { TimeZone } from '../../data/time-zone';
import { count } from '../../format/count';
import { Dialog } from '../../ui/dialog';
import { FailureNote } from '../../ui/failure-note';
import { FormField } from '../../ui/form-field';
import { ToastList } from '../../ui/toast-list';
import { Typed } from '../../ui/typed';

/** Prices of a dynamic tariff from a file or the clipboard. */
@Component({
  selector: 'om-price-import-dialog',
  imports: [Dialog, FailureNote, FormField, Typed],
  template: `
    <om-dialog #dialog [heading]="'Import prices of ' + tariff().name" (closed)="closed.emit()">
      <form
        class="stack"
        id="price-form"
        (submit)="send(unit.value, timezone.value.trim()); $event.preventDefault()"
      >
        <om-form-field label="File" hint="CSV with a header line, or JSON.">
          <input
            #file
            type="file"
            accept=".csv,.json,.txt,text/csv,application/json"
            (change)="read(file.files?.[0])"
          />
        </om-form-field>
        <om-form-field label="Prices" [error]="action.failure()?.fields?.['text']">
          <textarea
            class="input mono"
            rows="8"
            spellcheck="false"
            placeholder="from,to,price&#10;2026-11-26T00:00:00+01:00,2026-11-26T01:00:00+01:00,92.5"
            [value]="text()"
            (typed)="text.set($event)"
          ></textarea>
        </om-form-field>
        <div class="halves">
          <om-form-field label="One unit is">
            <select #unit class="input">
              <option value="1">{{ tariff().currency }} per kWh</option>
              <option value="0.01">hundredths ({{ tariff().currency }} cent) per kWh</option>
              <option value="0.001">{{ tariff().currency }} per MWh</option>
            </select>
          </om-form-field>
          <om-form-field
            label="Zone of times without an offset"
            [error]="action.failure()?.fields?.['timezone']"
          >
            <input #timezone class="input" autocomplete="off" [value]="zone()" />
          </om-form-field>
        </div>
        <p class="hint">Prices of time that is already settled change nothing.</p>
        @if (!action.failure()?.fields?.['text']) {
          <om-failure [of]="action.failure()" />
        }
      </form>
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button
          type="submit"
          class="btn primary"
          form="price-form"
          [disabled]="action.isBusy() || text().trim() === ''"
        >
          Import
        </button>
      </ng-container>
    </om-dialog>
  `,
  styles: `
    .halves {
      --half: 12rem;
    }
  `,
})
export class PriceImportDialog {
  readonly tariff = input.required<TariffItem>();
  readonly imported = output();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  private readonly toasts = inject(ToastList);
  private readonly dialog = viewChild.required(Dialog);
  protected readonly zone = inject(TimeZone).zone;
  protected readonly action = new Action();
  protected readonly text = signal('');

  protected async read(file: File | undefined): Promise<void> {
    if (file !== undefined) this.text.set(await file.text());
  }

  protected send(unit: string, timezone: string): void {
    const body: PriceImport = {
      text: this.text(),
      unit: Number(unit),
      ...(timezone === '' ? {} : { timezone }),
    };
    const { id, name } = this.tariff();
    void this.action.run(
      this.http.post<PriceImportResult>(`/api/tariffs/${id}/prices`, body),
      ({ stored }) => {
        this.toasts.show(`${count(stored)} prices of ${name} are stored.`);
        this.imported.emit();
        this.dialog().close();
      },
    );
  }
}
