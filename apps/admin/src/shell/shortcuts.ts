import { Component, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Dialog } from '../ui/dialog';
import { COMMAND_KEY } from './command-key';

const GROUPS: readonly { name: string; keys: readonly [keys: readonly string[], does: string][] }[] = [
  {
    name: 'Everywhere',
    keys: [
      [[COMMAND_KEY, 'K'], 'Jump to a page, key, model or request'],
      [['/'], 'Search on this page'],
      [['?'], 'This list'],
      [['Esc'], 'Close what is open'],
    ],
  },
  {
    name: 'Logs',
    keys: [
      [['j'], 'Next request'],
      [['k'], 'Request before'],
      [['↵'], 'Open it'],
      [['.'], 'Show new requests'],
    ],
  },
  {
    name: 'Playground',
    keys: [
      [['↵'], 'Send'],
      [['Shift', '↵'], 'New line'],
      [['Esc'], 'Stop the answer'],
    ],
  },
  { name: 'Charts', keys: [[['←', '→'], 'Point by point']] },
];

/** What can be done by keyboard. */
@Component({
  selector: 'om-shortcuts',
  imports: [Dialog, RouterLink],
  template: `
    <om-dialog #dialog heading="Keyboard shortcuts" (closed)="closed.emit()">
      <div class="groups">
        @for (group of groups; track group.name) {
          <section [attr.aria-label]="group.name">
            <h3>{{ group.name }}</h3>
            <dl class="kv">
              @for (line of group.keys; track line[1]) {
                <dt>{{ line[1] }}</dt>
                <dd>
                  @for (key of line[0]; track key) {
                    <kbd>{{ key }}</kbd>
                  }
                </dd>
              }
            </dl>
          </section>
        }
      </div>
      <ng-container footer>
        <a class="btn" routerLink="/overview" [queryParams]="{ guide: 1 }" (click)="dialog.close()"
          >First-run guide</a
        >
        <button type="button" class="btn primary" (click)="dialog.close()">Done</button>
      </ng-container>
    </om-dialog>
  `,
  styles: `
    .groups {
      columns: 17rem;
      column-gap: var(--sp-8);
    }
    section {
      break-inside: avoid;
      padding-bottom: var(--sp-5);
    }
    h3 {
      margin-bottom: var(--sp-2);
    }
    dd {
      display: flex;
      justify-content: flex-end;
      gap: var(--sp-1);
    }
  `,
})
export class Shortcuts {
  readonly closed = output();
  protected readonly groups = GROUPS;
}
