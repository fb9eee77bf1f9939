import { Directive, ElementRef, inject, output } from '@angular/core';

/** `(typed)` of a text box is its text; a template knows of `$event.target` only that it is some target. */
@Directive({
  selector: 'input[typed], textarea[typed]',
  host: { '(input)': 'typed.emit(box.value)' },
})
export class Typed {
  readonly typed = output<string>();
  protected readonly box =
    inject<ElementRef<HTMLInputElement | HTMLTextAreaElement>>(ElementRef).nativeElement;
}
