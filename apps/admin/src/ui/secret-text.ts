import { Component, ElementRef, afterNextRender, inject, input } from '@angular/core';
import { CopyButton } from './copy-button';

/** A text that has to be copied: a secret shown once, an address. `focused` puts the keyboard on Copy. */
@Component({
  selector: 'om-secret',
  imports: [CopyButton],
  template: `<code class="mono grow" tabindex="0" [attr.aria-label]="label()">{{ text() }}</code>
    <om-copy [text]="text()" [label]="'Copy'" />`,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: var(--sp-3);
      padding: var(--sp-1) var(--sp-1) var(--sp-1) var(--sp-3);
      border: 1px solid var(--border-control);
      border-radius: var(--radius-md);
      background: var(--surface-sunken);
      min-width: 0;
    }
    code {
      overflow-x: auto;
      white-space: nowrap;
      scrollbar-width: none;
      padding-block: 0.3rem;
    }
  `,
})
export class SecretText {
  readonly text = input.required<string>();
  readonly label = input.required<string>();
  readonly focused = input(false);

  constructor() {
    const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    afterNextRender(() => {
      if (this.focused()) host.querySelector('button')?.focus();
    });
  }
}
