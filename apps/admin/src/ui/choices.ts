import { Component, ElementRef, inject, input, model } from '@angular/core';

export interface Choice<Value> {
  value: Value;
  text: string;
}

/** A select whose value is one of its choices, by type too; the element itself knows only text. */
@Component({
  selector: 'select[choices]',
  template: `
    @for (choice of choices(); track choice.value) {
      <option [value]="choice.value" [selected]="choice.value === value()">{{ choice.text }}</option>
    }
  `,
  host: { '(change)': 'choose()' },
})
export class Choices<Value extends string | number> {
  readonly choices = input.required<readonly Choice<Value>[]>();
  readonly value = model.required<Value>();
  private readonly select = inject<ElementRef<HTMLSelectElement>>(ElementRef).nativeElement;

  protected choose(): void {
    const choice = this.choices()[this.select.selectedIndex];
    if (choice !== undefined) this.value.set(choice.value);
  }
}
