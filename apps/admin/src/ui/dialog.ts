import {
  Component,
  ElementRef,
  afterNextRender,
  input,
  output,
  viewChild,
  booleanAttribute,
} from '@angular/core';
import { Icon } from './icon';

let nextId = 1;

/**
 * A modal dialog, open as long as it is in the template: `@if (isOpen()) { <om-dialog … (closed)="isOpen.set(false)"> }`.
 * Buttons go into `<ng-container footer>`. The browser keeps the focus inside and gives it back.
 */
@Component({
  selector: 'om-dialog',
  imports: [Icon],
  template: `
    <dialog
      #box
      class="dialog"
      [class.small]="small()"
      [attr.closedby]="dismissable() ? 'any' : 'none'"
      [attr.aria-labelledby]="titleId"
      (close)="closed.emit()"
    >
      <header>
        <h2 class="grow" [id]="titleId">{{ heading() }}</h2>
        @if (dismissable()) {
          <button type="button" class="btn ghost ic sm" aria-label="Close" (click)="close()">
            <om-icon name="close" />
          </button>
        }
      </header>
      <div class="body"><ng-content /></div>
      <footer><ng-content select="[footer]" /></footer>
    </dialog>
  `,
})
export class Dialog {
  readonly heading = input.required<string>();
  readonly small = input(false, { transform: booleanAttribute });
  /** False: Escape and the backdrop do nothing; a button has to close it. */
  readonly dismissable = input(true);
  readonly closed = output();

  protected readonly titleId = `dialog-${nextId++}`;
  private readonly box = viewChild.required<ElementRef<HTMLDialogElement>>('box');

  constructor() {
    afterNextRender(() => this.box().nativeElement.showModal());
  }

  close(): void {
    this.box().nativeElement.close();
  }
}
