import { Component, input } from '@angular/core';
import type { TableData } from './table-data';

/** Figures as a table; in the place of a chart it scrolls within the chart's height. */
@Component({
  selector: 'om-data-table',
  template: `
    <div class="tscroll bleed" tabindex="0" role="group" [attr.aria-label]="label() + ', table'">
      <table class="tbl dense">
        <thead>
          <tr>
            @for (column of table().columns; track $index) {
              <th scope="col" [class.num]="!column.isText">{{ column.name }}</th>
            }
          </tr>
        </thead>
        <tbody>
          @for (row of table().rows; track $index) {
            <tr>
              @for (cell of row; track $index; let first = $first) {
                @if (first) {
                  <th scope="row" class="med" [attr.title]="cell.exact">{{ cell.text }}</th>
                } @else {
                  <td [class.num]="!table().columns[$index]?.isText" [attr.title]="cell.exact">
                    {{ cell.text }}
                  </td>
                }
              }
            </tr>
          }
        </tbody>
        @if (table().foot; as foot) {
          <tfoot>
            <tr>
              @for (cell of foot; track $index) {
                <td [class.num]="!table().columns[$index]?.isText" [attr.title]="cell.exact">
                  {{ cell.text }}
                </td>
              }
            </tr>
          </tfoot>
        }
      </table>
    </div>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    .tscroll {
      max-height: var(--table-height, none);
      overflow: auto;
    }
  `,
})
export class DataTable {
  readonly label = input.required<string>();
  readonly table = input.required<TableData>();
}
