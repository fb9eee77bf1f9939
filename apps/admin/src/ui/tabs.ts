import { Component, input, model } from '@angular/core';

/** One of a few views in the same place. The content below is the caller's; arrows move between the names. */
@Component({
  selector: 'om-tabs',
  template: `
    <div class="tabs" role="tablist" [attr.aria-label]="label()">
      @for (name of names(); track name) {
        <button
          type="button"
          role="tab"
          [attr.aria-selected]="name === chosen()"
          [attr.tabindex]="name === chosen() ? 0 : -1"
          (click)="chosen.set(name)"
          (keydown)="move($event)"
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
    const tabs = (event.currentTarget as HTMLElement).parentElement?.children;
    (tabs?.item(names.indexOf(next)) as HTMLElement | null)?.focus();
  }
}
