import { Component, DOCUMENT, booleanAttribute, inject, input, signal } from '@angular/core';
import { saveText } from '../data/save-text';
import { Icon } from '../ui/icon';
import { MenuButton } from '../ui/menu-button';
import { type TableData, toCsv } from './table-data';

/**
 * A card with a chart that can be read as a table and taken away as a file:
 * `<om-chart-card heading="…" #card [exportUrl]="…"> @if (card.asTable()) { … } @else { … } </om-chart-card>`.
 * A legend goes into `[legend]`, further switches into `[tools]`.
 */
@Component({
  selector: 'om-chart-card',
  imports: [Icon, MenuButton],
  template: `
    <header>
      <h2>{{ heading() }}</h2>
      <span class="meta">{{ meta() }}</span>
      <ng-content select="[legend]" />
      <div class="tools">
        <ng-content select="[tools]" />
        @if (!isTable()) {
          <button
            type="button"
            class="btn ghost ic sm"
            [attr.aria-label]="heading() + ': ' + (asTable() ? 'show as chart' : 'show as table')"
            [attr.title]="asTable() ? 'Show as chart' : 'Show as table'"
            (click)="asTable.set(!asTable())"
          >
            <om-icon [name]="asTable() ? 'chart' : 'table'" />
          </button>
        }
        @if (exportUrl(); as url) {
          <om-menu-button [label]="'Export ' + heading()" icon="download" bare small ghost>
            <a [href]="url + '&format=csv'" download>CSV</a>
            <a [href]="url + '&format=json'" download>JSON</a>
          </om-menu-button>
        } @else if (table(); as figures) {
          <button
            type="button"
            class="btn ghost ic sm"
            [attr.aria-label]="heading() + ': save as CSV'"
            title="Save as CSV"
            [disabled]="figures.rows.length === 0"
            (click)="save(figures)"
          >
            <om-icon name="download" />
          </button>
        }
      </div>
    </header>
    <div class="body"><ng-content /></div>
    <ng-content select="[foot]" />
  `,
  host: { class: 'card', role: 'region', '[attr.aria-label]': 'heading()' },
})
export class ChartCard {
  readonly heading = input.required<string>();
  readonly meta = input('');
  /** Of the export, with its filters; `&format=` is put behind it. */
  readonly exportUrl = input<string>();
  /** The figures for a file, where the gateway has no export of them. */
  readonly table = input<TableData | undefined>();
  /** True: the content is a table already, there is nothing to switch to. */
  readonly isTable = input(false, { transform: booleanAttribute });
  readonly asTable = signal(false);
  private readonly document = inject(DOCUMENT);

  protected save(figures: TableData): void {
    const name = this.heading()
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-');
    saveText(this.document, `${name}.csv`, 'text/csv', toCsv(figures));
  }
}
