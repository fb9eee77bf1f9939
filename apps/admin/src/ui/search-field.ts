import { Component, DestroyRef, ElementRef, inject, input, output, viewChild } from '@angular/core';
import { Icon } from './icon';

const PAUSE_MS = 250;

/** A search that goes off by itself shortly after the last letter; `/` leads to it. */
@Component({
  selector: 'om-search',
  imports: [Icon],
  template: `
    <label class="field">
      <om-icon name="search" />
      <span class="sr">{{ label() }}</span>
      <input
        #box
        type="search"
        [placeholder]="label()"
        [value]="value()"
        (input)="later(box.value)"
        (keydown.enter)="now(box.value)"
      />
      <kbd class="hide-narrow" aria-hidden="true">/</kbd>
    </label>
  `,
  styles: `
    :host {
      display: block;
      width: 18rem;
      max-width: 100%;
    }
  `,
  host: { '(document:keydown)': 'jump($event)' },
})
export class SearchField {
  readonly label = input.required<string>();
  readonly value = input('');
  readonly searched = output<string>();
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected later(text: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.searched.emit(text.trim()), PAUSE_MS);
  }

  protected now(text: string): void {
    clearTimeout(this.timer);
    this.searched.emit(text.trim());
  }

  protected jump(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (
      event.key !== '/' ||
      event.ctrlKey ||
      event.metaKey ||
      target.closest('input, textarea, select, dialog')
    )
      return;
    event.preventDefault();
    this.box().nativeElement.focus();
  }
}
