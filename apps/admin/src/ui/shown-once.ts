import { Component, booleanAttribute, input, output, signal } from '@angular/core';
import { Dialog } from './dialog';

/** A dialog with a secret that is never shown again: it closes for somebody who says that they have it. */
@Component({
  selector: 'om-shown-once',
  imports: [Dialog],
  template: `
    <om-dialog #dialog [small]="small()" [heading]="heading()" [dismissable]="false" (closed)="closed.emit()">
      <ng-content />
      <ng-container footer>
        <label class="row soft grow">
          <input #kept type="checkbox" [checked]="isKept()" (change)="isKept.set(kept.checked)" />
          {{ promise() }}
        </label>
        <button type="button" class="btn primary" [disabled]="!isKept()" (click)="dialog.close()">
          Done
        </button>
      </ng-container>
    </om-dialog>
  `,
})
export class ShownOnce {
  readonly heading = input.required<string>();
  /** What has to be ticked: "I have stored the key". */
  readonly promise = input.required<string>();
  readonly small = input(false, { transform: booleanAttribute });
  readonly closed = output();

  protected readonly isKept = signal(false);
}
