import { Component, ElementRef, afterRenderEffect, inject, input } from '@angular/core';

let nextId = 1;

/** A label, the control that is put inside, a hint, and what the gateway found wrong with it, tied together for all senses. */
@Component({
  selector: 'om-form-field',
  template: `
    <label class="label" [attr.for]="controlId">{{ label() }}</label>
    <ng-content />
    @if (error(); as text) {
      <p class="field-error" role="alert" [id]="id">{{ text }}</p>
    } @else if (hint(); as text) {
      <p class="hint" [id]="id">{{ text }}</p>
    }
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
  `,
})
export class FormField {
  readonly label = input.required<string>();
  readonly hint = input<string>();
  readonly error = input<string | undefined>();
  protected readonly id = `field-${nextId++}`;
  protected readonly controlId = `${this.id}-control`;

  constructor() {
    const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    afterRenderEffect(() => {
      const isWrong = this.error() !== undefined;
      const control = host.querySelector('input, select, textarea');
      control?.setAttribute('id', this.controlId);
      control?.removeAttribute('aria-describedby');
      if (isWrong || this.hint() !== undefined) control?.setAttribute('aria-describedby', this.id);
      if (isWrong) control?.setAttribute('aria-invalid', 'true');
      else control?.removeAttribute('aria-invalid');
    });
  }
}
