import { Component, input, model } from '@angular/core';

/** One of a few views in the same place. The content below is the caller's; arrows move between the names. */
@Component({
  selector: 'om-tabs',
  template: `
    <div class="tabs" role="tablist" [attr.aria-label]="label()" (keydown)="move($event)">
      @for (name of names(); track name) {
        <button
          type="button"
          role="tab"
          [attr.aria-selected]="name === chosen()"
          [attr.tabindex]="name === chosen() ? 0 : -1"
          (click)="chosen.set(name)"
        >
          {{ name }}
        </button>
      }
    </div>
  `,
})
export class Tabs {
  readonly names = input.required<readonly string[]>();
  readonly label = input.required<string>();
  readonly chosen = model.required<string>();

  protected move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const names = this.names();
    const next = names.at((names.indexOf(this.chosen()) + step) % names.length);
    if (next === undefined) return;
    this.chosen.set(next);
    const list = event.currentTarget as HTMLElement;
    list.querySelectorAll<HTMLElement>('[role=tab]').item(names.indexOf(next)).focus();
  }
}
